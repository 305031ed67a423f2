/**
 * Bad networks in user space: a {@link io.tailrace.field.network.Line} is a TCP proxy that carries bytes as slowly as
 * its {@link io.tailrace.field.network.Profile} says, and cuts, freezes or goes mute when a test says so. It knows
 * nothing of HTTP. What it does follows from its seed and from what passes, not from how the bytes happen to be cut
 * into reads.
 */
@NullMarked
package io.tailrace.field.network;

import org.jspecify.annotations.NullMarked;
