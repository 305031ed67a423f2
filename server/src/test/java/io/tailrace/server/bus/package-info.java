@NullMarked
package io.tailrace.server.bus;

import org.jspecify.annotations.NullMarked;
