package io.tailrace.bench;

import io.tailrace.bench.scenario.FanOut;
import io.tailrace.bench.scenario.Scenario;
import java.util.List;

/** All of them, in the order in which they are run and shown. */
final class Scenarios {

    static final List<Scenario> ALL = List.of(new FanOut());

    private Scenarios() {}

    static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }

    /** Those called so; all when none is named. */
    static List<Scenario> of(List<String> names) {
        for (var name : names) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException("There is no scenario " + name + "; there are " + names() + ".");
            }
        }
        return names.isEmpty()
                ? ALL
                : ALL.stream()
                        .filter(scenario -> names.contains(scenario.name()))
                        .toList();
    }
}
