package io.tailrace.server.write;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Turns at work that takes processor time by the millisecond: reading a batch, writing its answer. Only so many do such work
 * at once, tenants in turn, and first come first served within one: virtual threads are scheduled in the order in which
 * they became runnable, so a few hundred batches of one tenant would stand before everybody else's next step.
 *
 * <p>Protocol: {@code lock} guards all fields, for moments. Who leaves hands the place to whoever is next, who is awake
 * when it has it. Any thread.
 */
final class Turns {

    /** Those of one tenant who wait; there is none for a tenant that has nobody waiting. */
    private record Line(String tenant, Deque<CompletableFuture<Void>> waiting) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();
    private final Deque<Line> order = new ArrayDeque<>();
    private int free;

    /** @param atOnce who may work at once; about as many as there are processors */
    Turns(int atOnce) {
        this.free = atOnce;
    }

    /**
     * Does {@code work} when it is {@code tenant}'s turn. The wait ends with the work of those before: it is neither
     * bounded nor interrupted.
     *
     * @param work must not wait for anything, least of all the database: everybody behind it would wait too
     */
    <T> T take(String tenant, Supplier<T> work) {
        enter(tenant);
        try {
            return work.get();
        } finally {
            leave();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return order.stream().mapToInt(line -> line.waiting.size()).sum();
        } finally {
            lock.unlock();
        }
    }

    private void enter(String tenant) {
        var called = new CompletableFuture<Void>();
        lock.lock();
        try {
            if (free > 0) {
                free--;
                return;
            }
            lines.computeIfAbsent(tenant, this::line).waiting.addLast(called);
        } finally {
            lock.unlock();
        }
        called.join(); // whoever is interrupted waits on, and keeps the mark
    }

    private Line line(String tenant) {
        var line = new Line(tenant, new ArrayDeque<>());
        order.addLast(line);
        return line;
    }

    private void leave() {
        lock.lock();
        try {
            var line = order.pollFirst();
            if (line == null) {
                free++;
                return;
            }
            line.waiting.removeFirst().complete(null);
            if (line.waiting.isEmpty()) {
                lines.remove(line.tenant);
            } else {
                order.addLast(line);
            }
        } finally {
            lock.unlock();
        }
    }
}
