/** What an attacker would send, to a whole node, and what must come of it. */
@NullMarked
package io.tailrace.server.attack;

import org.jspecify.annotations.NullMarked;
