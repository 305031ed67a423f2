/**
 * Catch-up over HTTP: history, snapshot and long poll, straight from the log. May use the log and the wire; who asks
 * and what moves are given to it as {@link io.tailrace.catchup.ReadAccess} and {@link io.tailrace.catchup.HeadWatch}.
 */
@NullMarked
package io.tailrace.catchup;

import org.jspecify.annotations.NullMarked;
