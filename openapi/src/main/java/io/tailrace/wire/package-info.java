/**
 * The vocabulary of the wire: what the OpenAPI document names, as records, and the JSON codec that reads and writes
 * them. Knows no server, no storage and no socket; every other room may import it.
 */
@NullMarked
package io.tailrace.wire;

import org.jspecify.annotations.NullMarked;
