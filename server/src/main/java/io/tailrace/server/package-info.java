/**
 * The program: configuration, start and stop, and {@link io.tailrace.server.Assembly}, the one place where the parts of
 * all rooms are joined.
 */
@NullMarked
package io.tailrace.server;

import org.jspecify.annotations.NullMarked;
