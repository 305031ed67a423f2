package io.tailrace.bench.report;

import java.util.List;

/** The middle of several measurements, and how far they lie apart. */
public record Spread(double median, double least, double most) {

    /** Of these, at least one. */
    public static Spread of(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
