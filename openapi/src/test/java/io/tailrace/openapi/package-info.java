/**
 * Holds what goes over the wire against the OpenAPI document: {@link io.tailrace.openapi.Conformance} judges single
 * exchanges, {@link io.tailrace.openapi.ExchangeCheck} fails the test whose exchange it is.
 */
@NullMarked
package io.tailrace.openapi;

import org.jspecify.annotations.NullMarked;
