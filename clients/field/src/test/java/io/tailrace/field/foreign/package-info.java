/**
 * Clients that others wrote, each cut off again and again: what they were given must be every event, once and in
 * order, by nothing but the {@code id} that the server gives and {@code Last-Event-ID}. Those that need a toolchain
 * beside the JDK run under the profile {@code sdk}, and fail there when it is missing.
 */
@NullMarked
package io.tailrace.field.foreign;

import org.jspecify.annotations.NullMarked;
