/**
 * Server-Sent Events, from bytes to frames. Knows neither HTTP nor Tailrace, and keeps what a stream may make it hold
 * within bounds.
 */
@NullMarked
package io.tailrace.client.sse;

import org.jspecify.annotations.NullMarked;
