package io.tailrace.bench.scenario;

import io.tailrace.bench.machine.Accounting;
import io.tailrace.bench.servers.Server;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A stretch of time: how long it was, and what each part of a server, and the load, used in it. */
final class Watch {

    private final Map<String, List<Long>> parts;
    private final Map<String, Double> before = new LinkedHashMap<>();
    private final double ownBefore = Accounting.ownCpuSeconds();
    private final long begun = System.nanoTime();

    private Watch(Map<String, List<Long>> parts) {
        this.parts = parts;
        parts.forEach((part, pids) -> before.put(part, Accounting.cpuSeconds(pids)));
    }

    static Watch start(Server server) {
        return new Watch(server.processes());
    }

    /**
     * Adds what each part used, in processor seconds per million of something.
     *
     * @param count how many of it there were
     */
    void stop(Figures figures, long count) {
        parts.forEach((part, pids) -> {
            double used = Accounting.cpuSeconds(pids) - before.getOrDefault(part, 0.0);
            figures.put(name(part), used * 1e6 / count);
        });
        figures.put("load_cpu_s_per_m", (Accounting.ownCpuSeconds() - ownBefore) * 1e6 / count);
    }

    private static String name(String part) {
        return part.equals(Server.STREAMS) ? "cpu_s_per_m" : part + "_cpu_s_per_m";
    }

    double seconds() {
        return (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Waits; scenarios do it while their load goes on by itself. */
    static void pass(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
