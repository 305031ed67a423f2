/** Runs what tests the page's scripts, and looks at the page as it is packed. May touch nothing but the file system. */
@NullMarked
package io.tailrace.board;

import org.jspecify.annotations.NullMarked;
