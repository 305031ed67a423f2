@NullMarked
package io.tailrace.server.hub;

import org.jspecify.annotations.NullMarked;
