package io.tailrace.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results as a page for people. */
final class Markdown {

    private Markdown() {}

    /** The page about all scenarios. */
    static String page(List<Results> all) {
        return """
                # What the bench measured

                Made by `./tailrace bench`; the raw rounds are in the JSON files beside this one. A figure is the median of
                its rounds, with the least and the most behind it. Trust ratios within a scenario: its servers took turns on
                one machine, load included. CPU is what the operating system charged to the server's processes.

                """ + all.stream().map(Markdown::section).collect(Collectors.joining("\n"));
    }

    static String section(Results results) {
        var text = new StringBuilder("## " + results.scenario() + "\n\n" + results.about() + "\n\n");
        if (results.quick()) {
            text.append("**A quick run: it shows that the bench works, and the figures say nothing.**\n\n");
        }
        text.append("![")
                .append(results.scenario())
                .append("](")
                .append(results.scenario())
                .append(".svg)\n\n");
        text.append(figures(results));
        text.append(goals(results));
        text.append(troubles(results));
        var machine = results.machine();
        return text.append("*%s, rounds: %d; %s, %d cores, %d MiB, Linux %s, JDK %s; %s.*\n"
                        .formatted(
                                results.at(),
                                results.rounds().stream()
                                        .mapToInt(Round::number)
                                        .max()
                                        .orElse(0),
                                machine.processor(),
                                machine.cores(),
                                machine.memoryMib(),
                                machine.kernel(),
                                machine.jdk(),
                                results.versions()))
                .toString();
    }

    private static String figures(Results results) {
        var names = results.figures();
        var text = new StringBuilder("| row | server | "
                + String.join(
                        " | ",
                        names.stream().map(name -> name.replace('_', ' ')).toList()) + " |\n|---|---|"
                + "---|".repeat(names.size()) + "\n");
        for (var row : results.rows()) {
            for (var server : results.servers(row)) {
                text.append("| ").append(row).append(" | ").append(server).append(" |");
                for (var name : names) {
                    text.append(' ')
                            .append(results.spread(row, server, name)
                                    .map(Numbers::text)
                                    .orElse(""))
                            .append(" |");
                }
                text.append('\n');
            }
        }
        return text.append('\n').toString();
    }

    private static String goals(Results results) {
        if (results.goals().isEmpty()) {
            return "";
        }
        var text = new StringBuilder("| row | figure | target | measured | |\n|---|---|---|---|---|\n");
        for (var goal : results.goals()) {
            var judgement = goal.judge(results);
            text.append("| %s | %s | %s | %s | %s |\n"
                    .formatted(
                            goal.row(),
                            goal.figure().replace('_', ' '),
                            goal.text(),
                            judgement
                                    .map(it -> String.format(
                                            Locale.ROOT, goal.server() == null ? "%.2f" : "%.2f ×", it.value()))
                                    .orElse("–"),
                            judgement
                                    .map(it -> it.met() ? "met" : "**not met**")
                                    .orElse("not measured")));
        }
        return text.append('\n').toString();
    }

    private static String troubles(Results results) {
        var lines = results.rounds().stream()
                .filter(round -> !round.counts())
                .map(round -> "- " + round.row() + ", " + round.server() + ", round " + round.number()
                        + (round.absent() == null ? ": **failed**, " + round.fault() : ": absent, " + round.absent()))
                .toList();
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n\n";
    }
}
