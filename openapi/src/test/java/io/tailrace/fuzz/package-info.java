/**
 * Runs the fuzz targets: tests named {@code …FuzzTest} beside the parser that they try, in every module. Knows none of
 * them, and only what is in its own package.
 */
@NullMarked
package io.tailrace.fuzz;

import org.jspecify.annotations.NullMarked;
