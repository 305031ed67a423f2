/** Catch-up as a whole node serves it. */
@NullMarked
package io.tailrace.server.catchup;

import org.jspecify.annotations.NullMarked;
