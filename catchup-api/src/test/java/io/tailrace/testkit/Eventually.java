package io.tailrace.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for what is about to be true, and fails when it is not in time. */
public final class Eventually {

    /** How long a test waits when it does not say. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final long PAUSE = Duration.ofMillis(5).toNanos();

    /** Something to assert; it may throw anything. */
    @FunctionalInterface
    public interface Assertion {
        void hold() throws Exception;
    }

    private Eventually() {}

    /** Repeats {@code assertion} until it holds, for {@link #PATIENCE} at most; fails with its last failure. */
    public static void eventually(Assertion assertion) {
        eventually(PATIENCE, assertion);
    }

    /** Repeats {@code assertion} until it holds, for {@code patience} at most; fails with its last failure. */
    public static void eventually(Duration patience, Assertion assertion) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Throwable failure = attempt(assertion);
            if (failure == null) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("still not so after " + patience + ": " + failure.getMessage(), failure);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** Waits until {@code condition} is true, for {@link #PATIENCE} at most. */
    public static void until(String what, Callable<Boolean> condition) {
        until(PATIENCE, what, condition);
    }

    /** Waits until {@code condition} is true, for {@code patience} at most. */
    public static void until(Duration patience, String what, Callable<Boolean> condition) {
        eventually(patience, () -> {
            if (!condition.call()) {
                throw new AssertionError(what);
            }
        });
    }

    private static @Nullable Throwable attempt(Assertion assertion) {
        try {
            assertion.hold();
            return null;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }
}
