/**
 * Holds what goes over the wire against the OpenAPI document: {@link io.tailrace.openapi.Conformance} judges single
 * exchanges, {@link io.tailrace.openapi.CheckedHttpClient} every exchange of the tests that use it.
 */
@NullMarked
package io.tailrace.openapi;

import org.jspecify.annotations.NullMarked;
