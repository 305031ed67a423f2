/**
 * JSON Schema 2020-12 of event data: compiling what a namespace declares and judging what a client sends, both within
 * bounds that neither a hostile schema nor hostile data can pass. Knows contracts and problems of the wire, nothing else.
 */
@NullMarked
package io.tailrace.server.schema;

import org.jspecify.annotations.NullMarked;
