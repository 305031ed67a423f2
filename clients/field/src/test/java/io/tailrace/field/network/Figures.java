package io.tailrace.field.network;

import java.util.List;

/**
 * What a way of delivery took.
 *
 * @param way its name
 * @param events delivered
 * @param p50 milliseconds from before the write until the client had the event, of half of the events
 * @param p99 of 99 in 100
 * @param bytes towards the client for each event: all that was on the line, beneath TCP not counted
 */
record Figures(String way, int events, long p50, long p99, double bytes) {

    /** Of delays in milliseconds, one for each event. */
    static Figures of(String way, List<Long> delays, long bytes) {
        var sorted = delays.stream().sorted().toList();
        int count = sorted.size();
        return new Figures(
                way,
                count,
                sorted.get(count / 2),
                sorted.get(Math.min(count - 1, (int) Math.ceil(count * 0.99) - 1)),
                (double) bytes / count);
    }

    /** A row of a table. */
    String row(Profile profile) {
        return "| %s | %s | %d | %d ms | %d ms | %.0f |".formatted(profile.title(), way, events, p50, p99, bytes);
    }

    static String head() {
        return "| network | client | events | p50 | p99 | bytes per event |\n|---|---|---|---|---|---|";
    }
}
