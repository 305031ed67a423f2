/** How much and how often: token buckets over injected time, and the admission of streams. Knows no request. */
@NullMarked
package io.tailrace.server.limit;

import org.jspecify.annotations.NullMarked;
