package io.tailrace.bench.scenario;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Figures by name, as a trial gathers them. Names end with their unit. Used by one thread. */
public final class Figures {

    private static final double PERCENTILE = 99;
    private static final double MEDIAN = 50;
    private static final double MICROS = 1000;

    private final Map<String, Double> values = new LinkedHashMap<>();

    public Figures put(String name, double value) {
        values.put(name, value);
        return this;
    }

    /** {@code p50_ms} and {@code p99_ms} of microseconds, behind {@code prefix}. */
    public Figures latency(String prefix, Histogram micros) {
        put(prefix + "p50_ms", micros.getValueAtPercentile(MEDIAN) / MICROS);
        return put(prefix + "p99_ms", micros.getValueAtPercentile(PERCENTILE) / MICROS);
    }

    public Map<String, Double> values() {
        return values;
    }
}
