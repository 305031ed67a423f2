package io.tailrace.bench;

import io.tailrace.bench.machine.MachineFacts;
import io.tailrace.bench.report.Goal;
import io.tailrace.bench.report.ResultFiles;
import io.tailrace.bench.report.Results;
import io.tailrace.bench.report.Round;
import io.tailrace.bench.scenario.Inexact;
import io.tailrace.bench.scenario.Scenario;
import io.tailrace.bench.scenario.Stage;
import io.tailrace.bench.scenario.Trial;
import io.tailrace.bench.servers.Absent;
import io.tailrace.bench.servers.Cluster;
import io.tailrace.bench.servers.Contestants;
import io.tailrace.bench.servers.Description;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code ./tailrace bench}: runs scenarios, round by round, so that what is compared is measured in turn and not one after
 * the other on a machine that changes meanwhile.
 */
public final class Bench {

    private static final int MISUSED = 2;

    private final Options options;
    private final MachineFacts machine = MachineFacts.here();
    private final Map<String, String> versions = new TreeMap<>();
    private boolean failed;

    private Bench(Options options) {
        this.options = options;
    }

    /**
     * The command.
     *
     * @param arguments see {@link Options}; the property {@code tailrace.home} is the project's directory
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(List.of(arguments), Path.of(System.getProperty("tailrace.home", "."))));
    }

    /** Does all of it: 0 when every round was exact, 1 when one was not, 2 when it was not understood. */
    static int run(List<String> words, Path home) throws IOException, InterruptedException {
        try {
            var options = Options.parse(words, home);
            var scenarios = Scenarios.of(options.names());
            if (options.list()) {
                scenarios.forEach(scenario -> say("%-12s %s".formatted(scenario.name(), scenario.about())));
                return 0;
            }
            return new Bench(options).play(scenarios, home);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return MISUSED;
        }
    }

    private int play(List<Scenario> scenarios, Path home) throws IOException, InterruptedException {
        var against = options.against().stream().map(Description::read).toList();
        var scratch = home.resolve("bench/target/scratch").toAbsolutePath();
        try (var cluster =
                Cluster.start(home.toAbsolutePath(), options.data().toAbsolutePath(), options.quick(), line -> {
                    versions.put("databases", line.replace(" are ready", ""));
                    say(line);
                })) {
            var contestants = new Contestants(cluster, scratch, against);
            var stage = new Stage(cluster, contestants, scratch, options.quick());
            for (var scenario : scenarios) {
                run(scenario, stage);
            }
        }
        say("Results are in " + options.results() + ".");
        return failed ? 1 : 0;
    }

    private void run(Scenario scenario, Stage stage) throws IOException {
        if (trials(scenario, stage).isEmpty()) {
            return;
        }
        say("\n" + scenario.name() + ": " + scenario.about());
        var rounds = new ArrayList<Round>();
        var files = new ResultFiles(options.results());
        for (int number = 1; number <= options.rounds(); number++) {
            for (var trial : trials(scenario, stage)) {
                var round = measure(trial, number);
                rounds.add(round);
                say("  %d/%d  %-32s %-14s %s"
                        .formatted(number, options.rounds(), trial.row(), trial.server(), line(round)));
            }
            files.write(results(scenario, rounds), Scenarios.names());
        }
        for (var goal : scenario.goals()) {
            goal.judge(results(scenario, rounds)).ifPresent(judgement -> say(line(judgement)));
        }
    }

    private List<Trial> trials(Scenario scenario, Stage stage) {
        return scenario.trials(stage).stream()
                .filter(trial -> trial.row().contains(options.row()))
                .toList();
    }

    private static String line(Goal.Judgement judgement) {
        var goal = judgement.goal();
        return String.format(
                Locale.ROOT,
                "  %-32s %-18s %6.2f  %-24s %s",
                goal.row(),
                goal.figure(),
                judgement.value(),
                goal.text(),
                judgement.met() ? "met" : "NOT MET");
    }

    private Results results(Scenario scenario, List<Round> rounds) {
        return new Results(
                scenario.name(),
                scenario.about(),
                scenario.headline(),
                Instant.now(),
                options.quick(),
                machine,
                versions,
                rounds,
                scenario.goals());
    }

    private Round measure(Trial trial, int number) {
        try {
            return new Round(
                    trial.row(), trial.server(), number, trial.work().measure().values(), null, null);
        } catch (Absent e) {
            return new Round(trial.row(), trial.server(), number, Map.of(), null, e.getMessage());
        } catch (Inexact | RuntimeException e) {
            failed = true;
            return new Round(trial.row(), trial.server(), number, Map.of(), String.valueOf(e.getMessage()), null);
        }
    }

    private static String line(Round round) {
        if (round.absent() != null) {
            return "absent: " + round.absent();
        }
        if (round.fault() != null) {
            return "FAILED: " + round.fault();
        }
        return round.figures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(figure -> String.format(Locale.ROOT, "%s %.2f", figure.getKey(), figure.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
