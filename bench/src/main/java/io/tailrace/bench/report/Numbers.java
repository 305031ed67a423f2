package io.tailrace.bench.report;

import java.util.Locale;

/** Figures as people read them: three digits that say something. */
final class Numbers {

    private Numbers() {}

    static String text(double value) {
        double size = Math.abs(value);
        if (size >= 1_000_000) {
            return String.format(Locale.ROOT, "%.2f M", value / 1_000_000);
        }
        if (size >= 10_000) {
            return String.format(Locale.ROOT, "%.0f k", value / 1000);
        }
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%.1f k", value / 1000);
        }
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** The median, and behind it the range where it is wide enough to be seen. */
    static String text(Spread spread) {
        var median = text(spread.median());
        var least = text(spread.least());
        var most = text(spread.most());
        return least.equals(most) ? median : median + " (" + least + "–" + most + ")";
    }
}
