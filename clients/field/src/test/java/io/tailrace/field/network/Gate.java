package io.tailrace.field.network;

import java.time.Duration;

/** What holds bytes back: for a while, or until the connection is closed. Guarded by itself. */
final class Gate {

    private long frozenUntil = System.nanoTime();
    private boolean closed;

    /** Nothing passes for {@code duration} from now. */
    synchronized void freeze(Duration duration) {
        frozenUntil = System.nanoTime() + duration.toNanos();
        notifyAll();
    }

    /** Lets go of everybody who waits. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Returns at {@code due}, or when the freeze is over if that is later; false when it was closed meanwhile. */
    synchronized boolean await(long due) throws InterruptedException {
        while (!closed) {
            long now = System.nanoTime();
            long left = Math.max(due - now, frozenUntil - now);
            if (left <= 0) {
                return true;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return false;
    }
}
