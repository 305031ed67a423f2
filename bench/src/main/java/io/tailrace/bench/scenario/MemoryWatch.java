package io.tailrace.bench.scenario;

import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.servers.Server;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The most memory that the serving process of a server has held since the last start, looked at ten times a second by a
 * thread of its own. Any thread.
 */
final class MemoryWatch implements AutoCloseable {

    private static final long PERIOD_MILLIS = 100;

    private final List<Long> pids;
    private final Thread thread;
    private volatile double most;
    private volatile double latest;

    private MemoryWatch(List<Long> pids) {
        this.pids = pids;
        this.latest = Accounting.memory(pids);
        this.most = latest;
        this.thread = Thread.ofPlatform().name("memory").daemon().start(this::look);
    }

    static MemoryWatch of(Server server) {
        return new MemoryWatch(server.processes().getOrDefault(Server.STREAMS, List.of()));
    }

    private void look() {
        try {
            while (true) {
                latest = Accounting.memory(pids);
                most = Math.max(most, latest);
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Forgets earlier peaks; what is held now, in bytes. */
    double restart() {
        most = latest;
        return latest;
    }

    double most() {
        return most;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
