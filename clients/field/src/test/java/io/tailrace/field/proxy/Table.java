package io.tailrace.field.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows as Markdown, and back. */
final class Table {

    private static final List<String> HEAD = List.of(
            "proxy",
            "setting",
            "`EventSource`",
            "in 3 min of silence",
            "when the proxy restarts",
            "our libraries",
            "events lost",
            "first event, `EventSource`",
            "first event: TypeScript, Java",
            "first event after the silence",
            "caught up after the restart");

    /** Columns that a run must repeat; the others are times. */
    private static final int VERDICTS = 7;

    private Table() {}

    static String of(List<Row> rows) {
        var lines = new ArrayList<String>();
        lines.add(line(HEAD));
        lines.add("|---".repeat(HEAD.size()) + "|");
        for (var row : rows) {
            lines.add(line(
                    Stream.concat(row.verdicts().stream(), row.times().stream()).toList()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** What a table says but for times. */
    static List<String> verdicts(String table) {
        return table.lines()
                .skip(2)
                .map(row -> String.join(
                        " | ",
                        Stream.of(row.split("\\s*\\|\\s*", -1))
                                .skip(1)
                                .limit(VERDICTS)
                                .toList()))
                .toList();
    }
}
