/**
 * The gateway: streams of Server-Sent Events and their poll form, positions and checkpoints, changes of live streams,
 * recycling and drain. Reads through {@code hub}, asks {@code access} for rights and {@code bus} for streams of other
 * nodes. Nothing above it but where parts are joined may use it; it knows no writes.
 */
@NullMarked
package io.tailrace.server.gateway;

import org.jspecify.annotations.NullMarked;
