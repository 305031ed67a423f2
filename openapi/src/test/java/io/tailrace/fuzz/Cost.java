package io.tailrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What work costs, counted in bytes that its thread allocates, and not in time: a parser that believes a length it is told,
 * or copies what it has with every step, shows in it on any machine.
 */
public final class Cost {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The first times pay for classes and tables that are made once. */
    private static final int TRIES = 5;

    private Cost() {}

    /**
     * Fails when {@code work} allocates more than {@code bound} bytes each of {@value #TRIES} times; it is done once
     * otherwise, as a rule, and has to do the same every time.
     */
    public static void atMost(long bound, Runnable work) {
        long least = of(work);
        for (int i = 1; i < TRIES && least > bound; i++) {
            least = Math.min(least, of(work));
        }
        assertThat(least).as("bytes allocated").isLessThanOrEqualTo(bound);
    }

    private static long of(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
