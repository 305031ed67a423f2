package io.tailrace.server.signal;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a connection was not given, by priority, since it was last told so. Used by one thread at a time. */
public final class Drops {

    /** Empty for most connections, for ever. */
    private Map<Priority, Long> counts = Map.of();

    void add(Priority priority, long count) {
        if (counts.isEmpty()) {
            counts = new EnumMap<>(Priority.class);
        }
        counts.merge(priority, count, Long::sum);
    }

    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /** The counts by {@link Priority#label}, which start anew. */
    public Map<String, Long> take() {
        var taken = new LinkedHashMap<String, Long>();
        counts.forEach((priority, count) -> taken.put(priority.label(), count));
        counts = Map.of();
        return taken;
    }
}
