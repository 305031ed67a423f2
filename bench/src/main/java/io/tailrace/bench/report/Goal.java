package io.tailrace.bench.report;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A target: a figure of ours against the same, or another, of somebody else, or against a number.
 *
 * @param row where ours is
 * @param figure of ours
 * @param server whose other figure; null: {@code factor} is the bound itself
 * @param otherRow where the other figure is
 * @param otherFigure its name
 * @param atMost whether less is better
 * @param factor what the ratio is held against
 * @param plus what is allowed on top of the other's figure times factor, in the figure's unit
 */
public record Goal(
        String row,
        String figure,
        @Nullable String server,
        String otherRow,
        String otherFigure,
        boolean atMost,
        double factor,
        double plus) {

    private static final String OURS = "tailrace";

    /** At most {@code factor} times what {@code server} has in the same row. */
    public static Goal atMost(String row, String figure, double factor, String server) {
        return new Goal(row, figure, server, row, figure, true, factor, 0);
    }

    /** At least so many times what {@code server} has in the same row. */
    public static Goal atLeast(String row, String figure, double factor, String server) {
        return new Goal(row, figure, server, row, figure, false, factor, 0);
    }

    /** At most this number. */
    public static Goal atMost(String row, String figure, double bound) {
        return new Goal(row, figure, null, row, figure, true, bound, 0);
    }

    /** At least this number. */
    public static Goal atLeast(String row, String figure, double bound) {
        return new Goal(row, figure, null, row, figure, false, bound, 0);
    }

    /** The other figure stands in another row, or has another name. */
    public Goal of(String anotherRow, String anotherFigure) {
        return new Goal(row, figure, server, anotherRow, anotherFigure, atMost, factor, plus);
    }

    /** With something on top. */
    public Goal plus(double more) {
        return new Goal(row, figure, server, otherRow, otherFigure, atMost, factor, more);
    }

    /**
     * How it went.
     *
     * @param value the ratio; without a server ours alone
     */
    public record Judgement(Goal goal, double value, boolean met) {}

    /** Empty when one of the figures was not measured. */
    public Optional<Judgement> judge(Results results) {
        var ours = results.spread(row, OURS, figure);
        if (server == null) {
            return ours.map(spread -> new Judgement(this, spread.median(), holds(spread.median(), factor)));
        }
        var theirs = results.spread(otherRow, server, otherFigure);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        double mine = ours.get().median();
        double other = theirs.get().median();
        return Optional.of(new Judgement(this, mine / other, holds(mine, other * factor + plus)));
    }

    private boolean holds(double value, double bound) {
        return atMost ? value <= bound : value >= bound;
    }

    /** The target in words: <code>≤ 1.4 × floor</code>. */
    public String text() {
        var sign = atMost ? "≤ " : "≥ ";
        var number = String.format(Locale.ROOT, factor == Math.rint(factor) ? "%.0f" : "%.2f", factor);
        if (server == null) {
            return sign + number;
        }
        var whose = server.equals(OURS) ? otherFigure + (otherRow.equals(row) ? "" : " of " + otherRow) : server;
        return sign + number + " × " + whose + (plus == 0 ? "" : String.format(Locale.ROOT, " + %.0f", plus));
    }
}
