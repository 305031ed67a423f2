/** The order of floors and rooms, held by a test. */
@NullMarked
package io.tailrace.architecture;

import org.jspecify.annotations.NullMarked;
