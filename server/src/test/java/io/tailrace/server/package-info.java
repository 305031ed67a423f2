/** Tests of the whole node, and the fixture that other rooms' tests start it with. */
@NullMarked
package io.tailrace.server;

import org.jspecify.annotations.NullMarked;
