/** Tests of who is let in, and to what. */
@NullMarked
package io.tailrace.server.access;

import org.jspecify.annotations.NullMarked;
