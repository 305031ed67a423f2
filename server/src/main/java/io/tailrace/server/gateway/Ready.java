package io.tailrace.server.gateway;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has to look at, and how it is made to look.
 *
 * <p>Protocol: anyone adds and then wakes; whoever drives the stream takes. Follows form a stack that is taken whole and
 * turned round, linked through themselves: a follow is in it at most once ({@link Follow#wake}), which bounds it, and
 * adding allocates nothing. Tasks are bounded by the requests that wait for them.
 *
 * <p>At first a thread drives the stream, and sleeps here: an addition between its look and its {@code park} leaves a
 * permit that makes the park return at once, so no wake is lost. {@link #wakeBy} hands over to another driver, which has
 * to look once by itself then.
 */
final class Ready {

    /** Drives the stream; any thread. */
    @FunctionalInterface
    interface Driver {

        /** There is something to look at. */
        void wake();
    }

    @SuppressWarnings("NullAway") // the factory's type does not say that the field may be null
    private static final AtomicReferenceFieldUpdater<Ready, @Nullable Follow> NEWEST =
            AtomicReferenceFieldUpdater.newUpdater(Ready.class, Follow.class, "newest");

    private volatile @Nullable Follow newest;

    /** Null until somebody asks for something: most streams are never asked. */
    private volatile @Nullable Queue<Runnable> tasks;

    private volatile Driver driver;

    /** Follows that were taken, oldest first; the driver's. */
    private @Nullable Follow oldest;

    /** @param thread the one that sleeps here */
    Ready(Thread thread) {
        this.driver = () -> LockSupport.unpark(thread);
    }

    /** Has {@code other} woken from now on. */
    void wakeBy(Driver other) {
        driver = other;
    }

    void add(Follow follow) {
        Follow below;
        do {
            below = newest;
            follow.below = below;
        } while (!NEWEST.compareAndSet(this, below, follow));
        wake();
    }

    /** Has {@code task} run by whoever drives the stream. */
    void add(Runnable task) {
        tasks().add(task);
        wake();
    }

    private synchronized Queue<Runnable> tasks() {
        Queue<Runnable> present = tasks;
        if (present == null) {
            present = new ConcurrentLinkedQueue<>();
            tasks = present;
        }
        return present;
    }

    void wake() {
        driver.wake();
    }

    /** The next follow to look at; null: none. It may be added again as soon as it is {@link Follow#taken}. */
    @Nullable
    Follow next() {
        if (oldest == null) {
            takeAll();
        }
        Follow next = oldest;
        if (next != null) {
            oldest = next.below;
            next.below = null;
        }
        return next;
    }

    private void takeAll() {
        if (newest == null) {
            return;
        }
        for (Follow follow = NEWEST.getAndSet(this, null); follow != null; ) {
            Follow below = follow.below;
            follow.below = oldest;
            oldest = follow;
            follow = below;
        }
    }

    /** Runs the tasks that were added. @return whether there was one */
    boolean runTasks() {
        Queue<Runnable> asked = tasks;
        if (asked == null) {
            return false;
        }
        boolean any = false;
        for (Runnable task = asked.poll(); task != null; task = asked.poll()) {
            task.run();
            any = true;
        }
        return any;
    }

    boolean isEmpty() {
        return oldest == null && newest == null && noTask();
    }

    private boolean noTask() {
        Queue<Runnable> asked = tasks;
        return asked == null || asked.isEmpty();
    }

    /** The same for who waits for a task and leaves follows where they are. */
    void awaitTask(long nanos) {
        if (noTask() && nanos > 0) {
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
