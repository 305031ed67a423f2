/** Requests that are wrong in every way we could think of, byte by byte, and what each is answered. */
@NullMarked
package io.tailrace.server.badinput;

import org.jspecify.annotations.NullMarked;
