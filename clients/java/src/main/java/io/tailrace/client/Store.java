package io.tailrace.client;

import io.tailrace.client.queue.QueueStore;
import io.tailrace.client.queue.QueuedWrite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue's store behind a thread of its own, so that nobody waits for a disk. What comes while the disk is busy goes
 * together, and shares one wait for it. Used on the loop, and calls back on it.
 */
final class Store {

    private final QueueStore store;
    private final Loop loop;
    private final BiConsumer<List<Write>, @Nullable IOException> stored;
    private final ExecutorService executor;
    private List<Write> joining = new ArrayList<>();
    private List<String> leaving = new ArrayList<>();
    private boolean busy;
    private volatile @Nullable IOException uncleared;

    /** @param stored is told which writes are kept, or why they are not */
    Store(QueueStore store, Loop loop, BiConsumer<List<Write>, @Nullable IOException> stored) {
        this.store = store;
        this.loop = loop;
        this.stored = stored;
        var pool = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> Daemon.named("tailrace-store", task));
        pool.allowCoreThreadTimeOut(true);
        this.executor = pool;
    }

    /** Reads what an earlier process left. */
    void load(Consumer<List<QueuedWrite>> then) {
        busy = true;
        submit(() -> {
            List<QueuedWrite> left;
            try {
                left = store.load();
            } catch (IOException e) {
                Daemon.report(e);
                left = List.of();
            }
            var all = left;
            loop.run(() -> {
                then.accept(all);
                next();
            });
        });
    }

    void add(Write write) {
        joining.add(write);
        if (!busy) {
            next();
        }
    }

    void remove(String idempotencyKey) {
        leaving.add(idempotencyKey);
        if (!busy) {
            next();
        }
    }

    private void next() {
        busy = !joining.isEmpty() || !leaving.isEmpty();
        if (!busy) {
            return;
        }
        var more = joining;
        var less = leaving;
        joining = new ArrayList<>();
        leaving = new ArrayList<>();
        submit(() -> {
            remove(less);
            append(more);
            loop.run(this::next);
        });
    }

    private void remove(List<String> less) {
        try {
            store.remove(less);
        } catch (IOException e) {
            return; // they come back at the next start, and the server knows them
        }
    }

    private void append(List<Write> more) {
        if (more.isEmpty()) {
            return;
        }
        try {
            var all = new ArrayList<QueuedWrite>(more.size());
            more.forEach(write -> all.add(write.queued()));
            store.append(all);
            loop.run(() -> stored.accept(more, null));
        } catch (IOException e) {
            if (more.size() == 1) {
                loop.run(() -> stored.accept(more, e));
            } else {
                more.forEach(one -> append(List.of(one))); // some of them may fit
            }
        }
    }

    /** Forgets everything that is kept, and then closes. */
    void clear() {
        submit(() -> {
            try {
                store.clear();
            } catch (IOException e) {
                uncleared = e;
            }
        });
        close();
    }

    void close() {
        submit(() -> {
            try {
                store.close();
            } catch (IOException e) {
                return; // what had to be kept is
            }
        });
        executor.shutdown();
    }

    /**
     * Waits until it is closed. Not on the loop.
     *
     * @throws IOException when it was to be cleared and could not be
     */
    void awaitClosed(long millis) throws InterruptedException, IOException {
        boolean closed = executor.awaitTermination(millis, TimeUnit.MILLISECONDS);
        var why = uncleared;
        if (why != null) {
            throw why;
        }
        if (!closed) {
            throw new IOException("the queue's store does not come to an end");
        }
    }

    private void submit(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException closed) {
            return;
        }
    }
}
