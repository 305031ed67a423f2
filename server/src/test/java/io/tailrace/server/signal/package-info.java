@NullMarked
package io.tailrace.server.signal;

import org.jspecify.annotations.NullMarked;
