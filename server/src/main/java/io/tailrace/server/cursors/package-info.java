/**
 * Live cursors, over the one WebSocket ({@code tailrace.cursors.v1}). A {@link io.tailrace.server.cursors.Canvas} per
 * channel holds the latest position of each user; sockets are sent what changed since they were last sent something, as
 * often as they take it. Uses the ephemeral bus; nobody uses it but the assembly.
 */
@NullMarked
package io.tailrace.server.cursors;

import org.jspecify.annotations.NullMarked;
