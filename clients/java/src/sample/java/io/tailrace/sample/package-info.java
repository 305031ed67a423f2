/** Samples: programs as short as they can be, by which one learns. They are compiled with the tests, and not shipped. */
@NullMarked
package io.tailrace.sample;

import org.jspecify.annotations.NullMarked;
