/** Results: what a round measured, medians and ratios, and the files that show them. Knows nothing of how it came. */
@NullMarked
package io.tailrace.bench.report;

import org.jspecify.annotations.NullMarked;
