package io.tailrace.bench;

import io.tailrace.bench.scenario.CatchUp;
import io.tailrace.bench.scenario.Checkpoints;
import io.tailrace.bench.scenario.ColdStart;
import io.tailrace.bench.scenario.Delivery;
import io.tailrace.bench.scenario.Drain;
import io.tailrace.bench.scenario.DurableWrites;
import io.tailrace.bench.scenario.FanOut;
import io.tailrace.bench.scenario.Growth;
import io.tailrace.bench.scenario.ListenerDown;
import io.tailrace.bench.scenario.Memory;
import io.tailrace.bench.scenario.Neighbour;
import io.tailrace.bench.scenario.Overload;
import io.tailrace.bench.scenario.Scenario;
import io.tailrace.bench.scenario.Stalled;
import io.tailrace.bench.scenario.Storm;
import io.tailrace.bench.scenario.Together;
import io.tailrace.bench.scenario.Wifi;
import java.util.List;

/** All of them, in the order in which they are run and shown. */
final class Scenarios {

    static final List<Scenario> ALL = List.of(
            new FanOut(),
            new Memory(),
            new DurableWrites(),
            new Storm(),
            new Delivery(),
            new Stalled(),
            new Drain(),
            new CatchUp(),
            new ColdStart(),
            new Growth(),
            new Wifi(),
            new ListenerDown(),
            new Overload(),
            new Neighbour(),
            new Checkpoints(),
            new Together());

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
