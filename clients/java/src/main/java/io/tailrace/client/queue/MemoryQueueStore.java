package io.tailrace.client.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In memory: for tests, and for processes whose writes need not outlive them. Safe for any thread. */
public final class MemoryQueueStore implements QueueStore {

    /** How many writes it holds by default. */
    public static final int MAX_WRITES = 10_000;

    private final int bound;
    private final Map<String, QueuedWrite> writes = new LinkedHashMap<>();

    /** Holds {@link #MAX_WRITES}. */
    public MemoryQueueStore() {
        this(MAX_WRITES);
    }

    /** With a bound of its own. @param bound how many writes it holds, at least 1 */
    public MemoryQueueStore(int bound) {
        this.bound = bound;
    }

    @Override
    public synchronized List<QueuedWrite> load() {
        return new ArrayList<>(writes.values());
    }

    @Override
    public synchronized void append(List<QueuedWrite> more) throws QueueFullException {
        if (more.size() > bound - writes.size()) {
            throw new QueueFullException(bound + " writes");
        }
        more.forEach(write -> writes.put(write.idempotencyKey(), write));
    }

    @Override
    public synchronized void remove(Collection<String> idempotencyKeys) {
        idempotencyKeys.forEach(writes::remove);
    }

    @Override
    public synchronized void clear() {
        writes.clear();
    }

    @Override
    public void close() {}
}
