package io.tailrace.client;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what will be, with a deadline, while it moves a loop's time where it is given one. */
final class Eventually {

    private static final long DEADLINE = TimeUnit.SECONDS.toNanos(20);

    private Eventually() {}

    /** Until the assertions hold. */
    static void eventually(ThrowingCallable assertions) {
        eventually(() -> {}, assertions);
    }

    /** Until the assertions hold, with a step before each try. */
    static void eventually(Runnable step, ThrowingCallable assertions) {
        long end = System.nanoTime() + DEADLINE;
        while (true) {
            step.run();
            try {
                assertions.call();
                return;
            } catch (Throwable notYet) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not in time: " + notYet.getMessage(), notYet);
                }
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        }
    }

    /** The first value that is not null. */
    static <T> T eventuallyGet(Callable<T> value) {
        var got = new java.util.concurrent.atomic.AtomicReference<T>();
        eventually(() -> {
            got.set(value.call());
            if (got.get() == null) {
                throw new AssertionError("nothing yet");
            }
        });
        return got.get();
    }
}
