/** Tests of streams: on nodes of their own making, whose time and options the test holds. */
@NullMarked
package io.tailrace.server.gateway;

import org.jspecify.annotations.NullMarked;
