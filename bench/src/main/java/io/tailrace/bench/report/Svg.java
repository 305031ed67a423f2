package io.tailrace.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The headline figure of a scenario as bars with whiskers from the least to the most; readable on light and dark. */
final class Svg {

    private static final int WIDTH = 760;
    private static final int LEFT = 230;
    private static final int RIGHT = 110;
    private static final int BAR = 16;
    private static final int GAP = 6;
    private static final int ROW_GAP = 26;
    private static final int TOP = 40;

    private static final String STYLE = """
            <style>
              text { font: 12px system-ui, sans-serif; fill: #1f2328; }
              .title { font-size: 14px; font-weight: 600; }
              .row { font-weight: 600; }
              .bar { fill: #9aa4af; }
              .ours { fill: #1a7f64; }
              .whisker { stroke: #1f2328; stroke-width: 1.5; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .bar { fill: #6e7781; }
                .ours { fill: #3fb68b; }
                .whisker { stroke: #e6edf3; }
              }
            </style>
            """;

    private Svg() {}

    private record Bar(String server, Spread spread) {}

    static String plot(Results results) {
        var body = new StringBuilder();
        int y = TOP;
        for (var row : results.rows()) {
            var bars = bars(results, row);
            if (bars.isEmpty()) {
                continue;
            }
            body.append(text("row", 8, y + 4, "start", row));
            y += ROW_GAP - BAR;
            double most =
                    bars.stream().mapToDouble(bar -> bar.spread.most()).max().orElse(1);
            for (var bar : bars) {
                body.append(bar(bar, y, most <= 0 ? 1 : most));
                y += BAR + GAP;
            }
            y += ROW_GAP - GAP;
        }
        var title = results.scenario() + ": " + results.headline().replace('_', ' ')
                + (results.quick() ? " (a quick run)" : "");
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(WIDTH, y, WIDTH, y)
                + STYLE + text("title", 8, 18, "start", title) + body + "</svg>\n";
    }

    private static List<Bar> bars(Results results, String row) {
        var bars = new ArrayList<Bar>();
        for (var server : results.servers(row)) {
            results.spread(row, server, results.headline()).ifPresent(spread -> bars.add(new Bar(server, spread)));
        }
        return bars;
    }

    private static String bar(Bar bar, int y, double most) {
        double scale = (WIDTH - LEFT - RIGHT) / most;
        int middle = y + BAR / 2;
        var kind = bar.server.equals("tailrace") ? "bar ours" : "bar";
        return text("name", LEFT - 8, middle + 4, "end", bar.server)
                + String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                        kind,
                        LEFT,
                        y,
                        Math.max(1, bar.spread.median() * scale),
                        BAR)
                + String.format(
                        Locale.ROOT,
                        "<line class=\"whisker\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n",
                        LEFT + bar.spread.least() * scale,
                        middle,
                        LEFT + bar.spread.most() * scale,
                        middle)
                + text(
                        "value",
                        (int) (LEFT + bar.spread.most() * scale) + 8,
                        middle + 4,
                        "start",
                        Numbers.text(bar.spread.median()));
    }

    private static String text(String kind, int x, int y, String anchor, String text) {
        return "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
                .formatted(kind, x, y, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
