package io.tailrace.bench.report;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one round of one row measured for one server.
 *
 * @param row of the table
 * @param server its name
 * @param number of the round, from 1
 * @param figures by name; a name ends with its unit
 * @param fault why it counts for nothing: something was lost, doubled or out of order; null: it was exact
 * @param absent why it was not measured at all; null: it was
 */
public record Round(
        String row,
        String server,
        int number,
        Map<String, Double> figures,
        @Nullable String fault,
        @Nullable String absent) {

    public Round {
        figures = Map.copyOf(figures);
    }

    /** Whether its figures count. */
    public boolean counts() {
        return fault == null && absent == null;
    }
}
