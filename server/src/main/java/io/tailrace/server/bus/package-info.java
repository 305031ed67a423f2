/**
 * Fan-out between nodes: what was appended, and that a head moved. Best effort and fast; the log makes up for what it\n * loses. May use the wire only.\n */
@NullMarked
package io.tailrace.server.bus;

import org.jspecify.annotations.NullMarked;
