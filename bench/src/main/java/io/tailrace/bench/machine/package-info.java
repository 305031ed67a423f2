/** What the operating system says: processor time and memory of processes, and what machine this is. Linux. */
@NullMarked
package io.tailrace.bench.machine;

import org.jspecify.annotations.NullMarked;
