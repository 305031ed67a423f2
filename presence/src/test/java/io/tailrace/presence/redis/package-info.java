@NullMarked
package io.tailrace.presence.redis;

import org.jspecify.annotations.NullMarked;
