package io.tailrace.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a node need done when it starts, drains and closes. Parts are added by the thread that makes the node,
 * in the order in which they need each other; they are closed in the reverse one, which may begin on another thread while
 * the node still starts: a part that comes after that is closed at once.
 */
final class Lifecycle implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Runnable> starts = new ArrayList<>();
    private final List<Consumer<Duration>> drains = new ArrayList<>();
    private boolean closed;

    /** Has {@code part} closed with the node; returns it. */
    <T extends AutoCloseable> T closing(T part) {
        if (!keeps(part)) {
            close(part);
        }
        return part;
    }

    private synchronized boolean keeps(AutoCloseable part) {
        if (!closed) {
            parts.push(part);
        }
        return !closed;
    }

    private synchronized @Nullable AutoCloseable last() {
        closed = true;
        return parts.poll();
    }

    /** Has this done once the schema is there. */
    void onStart(Runnable task) {
        starts.add(task);
    }

    /** Has this done when the node drains; it is given the time it may take, and blocks until it has handed over. */
    void onDrain(Consumer<Duration> task) {
        drains.add(task);
    }

    /** Does what was asked for the start, in order. */
    void start() {
        starts.forEach(Runnable::run);
    }

    /** Lets every part hand over what it holds, all at once; blocks until that is done, {@code limit} and a second at most. */
    void drain(Duration limit) throws InterruptedException {
        var threads = drains.stream()
                .map(drain -> Thread.ofVirtual().name("drain").start(() -> drain.accept(limit)))
                .toList();
        long end = System.nanoTime() + limit.plusSeconds(1).toNanos();
        for (Thread thread : threads) {
            thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    /** Closes all parts, the last made first; goes on when one fails to. */
    @Override
    public void close() {
        for (var part = last(); part != null; part = last()) {
            close(part);
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "could not close " + part, e);
        }
    }
}
