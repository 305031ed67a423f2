package io.tailrace.bench.report;

import io.tailrace.bench.machine.MachineFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one run of a scenario brought.
 *
 * @param scenario its name
 * @param about what it measures
 * @param headline the figure that is plotted
 * @param at when it ended
 * @param quick whether it only tried the bench: then the figures say nothing
 * @param machine where
 * @param versions of what was measured
 * @param rounds all of them, as they were run
 * @param goals what was aimed at
 */
public record Results(
        String scenario,
        String about,
        String headline,
        Instant at,
        boolean quick,
        MachineFacts machine,
        Map<String, String> versions,
        List<Round> rounds,
        List<Goal> goals) {

    public Results {
        rounds = List.copyOf(rounds);
        goals = List.copyOf(goals);
        versions = Map.copyOf(versions);
    }

    /** Rows in the order in which they were first measured. */
    public List<String> rows() {
        return rounds.stream().map(Round::row).distinct().toList();
    }

    /** Servers of a row, likewise. */
    public List<String> servers(String row) {
        return rounds.stream()
                .filter(round -> round.row().equals(row))
                .map(Round::server)
                .distinct()
                .toList();
    }

    /** Names of all figures, in alphabetical order. */
    public List<String> figures() {
        return rounds.stream()
                .flatMap(round -> round.figures().keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** A figure over the rounds that count; empty when there are none. */
    public Optional<Spread> spread(String row, String server, String figure) {
        var values = rounds.stream()
                .filter(round -> round.row().equals(row) && round.server().equals(server) && round.counts())
                .flatMap(round -> Optional.ofNullable(round.figures().get(figure)).stream())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** Rounds that failed: a fast wrong run is a failed run. */
    public List<Round> failures() {
        return rounds.stream().filter(round -> round.fault() != null).toList();
    }
}
