/** The development instance on its real databases, and the launcher as a person uses it. */
@NullMarked
package io.tailrace.server.embedded;

import org.jspecify.annotations.NullMarked;
