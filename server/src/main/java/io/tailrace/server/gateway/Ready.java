package io.tailrace.server.gateway;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's thread has to look at, and how it sleeps when that is nothing.
 *
 * <p>Protocol: anyone adds and then unparks; the stream's thread looks and then parks. An addition between the look and
 * the park leaves a permit that makes the park return at once, so no wake is lost. A follow is in the queue at most once
 * ({@link Follow#wake}), which bounds it; tasks are bounded by the requests that wait for them.
 */
final class Ready {

    private final ConcurrentLinkedQueue<Follow> follows = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    /** @param thread the one that sleeps here */
    Ready(Thread thread) {
        this.thread = thread;
    }

    void add(Follow follow) {
        follows.add(follow);
        wake();
    }

    /** Has {@code task} run by the stream's thread. */
    void add(Runnable task) {
        tasks.add(task);
        wake();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    @Nullable
    Follow next() {
        return follows.poll();
    }

    /** Runs what was added for the stream's thread. */
    void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    boolean isEmpty() {
        return follows.isEmpty() && tasks.isEmpty();
    }

    /** The same for who waits for a task and leaves follows where they are. */
    void awaitTask(long nanos) {
        if (tasks.isEmpty() && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Sleeps until something is added, or anyone wakes it, or {@code nanos} have passed. */
    void await(long nanos) {
        if (isEmpty() && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
