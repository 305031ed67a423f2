/** Tests of how we speak HTTP, on real sockets. */
@NullMarked
package io.tailrace.server.http;

import org.jspecify.annotations.NullMarked;
