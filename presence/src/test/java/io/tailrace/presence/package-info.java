@NullMarked
package io.tailrace.presence;

import org.jspecify.annotations.NullMarked;
