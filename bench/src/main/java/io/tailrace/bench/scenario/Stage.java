package io.tailrace.bench.scenario;

import io.tailrace.bench.servers.Cluster;
import io.tailrace.bench.servers.Contestants;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where scenarios are played, and how long.
 *
 * @param cluster databases and nodes
 * @param contestants who else is there
 * @param scratch a directory for files
 * @param quick whether only the bench itself is tried
 */
public record Stage(Cluster cluster, Contestants contestants, Path scratch, boolean quick) {

    /**
     * After so long under load a node is warm: on two cores its compiler is busy for about fourteen seconds, and takes most
     * of a core from what is measured meanwhile. How a node does before that, {@link ColdStart} and a row of {@link FanOut}
     * say.
     */
    static final Duration WARM_UP = Duration.ofSeconds(20);

    private static final int QUICK_PART = 50;
    private static final Duration OPENING = Duration.ofSeconds(90);

    /** So many, or a small part of them. */
    public int count(int full) {
        return quick ? Math.max(1, full / QUICK_PART) : full;
    }

    /** All of the rows, or the first and the last. */
    public <T> List<T> some(List<T> rows) {
        return quick && rows.size() > 2 ? List.of(rows.getFirst(), rows.getLast()) : rows;
    }

    /** All of the rows, or the last: of those that differ in their figures and not in how they are measured. */
    public <T> List<T> one(List<T> rows) {
        return quick ? List.of(rows.getLast()) : rows;
    }

    /** So long, or a moment. */
    public Duration time(Duration full) {
        return quick ? Duration.ofMillis(Math.min(500, full.toMillis())) : full;
    }

    /** How long a fleet may take to open. */
    public Duration opening() {
        return OPENING;
    }
}
