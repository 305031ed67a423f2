/**
 * Fan-out between nodes: what was appended, and that a head moved. Best effort and fast; the log makes up for what it
 * loses. May use the wire only.
 */
@NullMarked
package io.tailrace.server.bus;

import org.jspecify.annotations.NullMarked;
