package io.tailrace.server.hub;

import io.tailrace.server.access.AccessChanges;
import java.util.ArrayList;
import java.util.List;

/** Access changes that are applied when the test says so. */
final class AccessStub implements AccessChanges {

    private final List<Runnable> waiting = new ArrayList<>();
    private long applied;
    private long required;

    /** Everything is applied already. */
    static AccessStub open() {
        var stub = new AccessStub();
        stub.applied = Long.MAX_VALUE;
        return stub;
    }

    /** Applies changes up to {@code epoch}. */
    void apply(long epoch) {
        List<Runnable> due;
        synchronized (this) {
            applied = epoch;
            due = List.copyOf(waiting);
            waiting.clear();
        }
        due.forEach(Runnable::run);
    }

    synchronized long required() {
        return required;
    }

    @Override
    public synchronized long applied(String tenant) {
        return applied;
    }

    @Override
    public void require(String tenant, long epoch, Runnable then) {
        synchronized (this) {
            required = Math.max(required, epoch);
            if (applied < epoch) {
                waiting.add(then);
                return;
            }
        }
        then.run();
    }

    @Override
    public boolean fresh(String tenant) {
        return true;
    }

    @Override
    public AutoCloseable listen(String tenant, Runnable listener) {
        return () -> {};
    }
}
