/**
 * To be seen: metrics, health, logs, the OpenAPI document and the board. Implements the meters that other rooms declare.
 */
@NullMarked
package io.tailrace.server.ops;

import org.jspecify.annotations.NullMarked;
