/**
 * JSON of applications: what an event carries, as text, and the seam through which it becomes objects. Gson is the
 * default behind it; an application brings Moshi, Jackson or kotlinx.serialization by one small class.
 */
@NullMarked
package io.tailrace.client.json;

import org.jspecify.annotations.NullMarked;
