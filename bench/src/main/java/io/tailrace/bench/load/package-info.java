/**
 * The load: connections by the ten thousand on a few threads, what they read taken apart and held against the numbers
 * that must come, and writers beside them. The same for every server that is measured. Knows nothing of servers but
 * addresses and bytes.
 */
@NullMarked
package io.tailrace.bench.load;

import org.jspecify.annotations.NullMarked;
