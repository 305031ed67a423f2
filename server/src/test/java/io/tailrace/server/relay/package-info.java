@NullMarked
package io.tailrace.server.relay;

import org.jspecify.annotations.NullMarked;
