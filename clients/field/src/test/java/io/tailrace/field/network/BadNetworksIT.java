package io.tailrace.field.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Both client libraries over networks as people have them, all at once. What it took is in
 * {@code target/networks.md}, beside a WebSocket that sends the same events; {@code -Dtailrace.field.events} says how many
 * are measured.
 */
@ExtendWith(Stage.class)
@Order(2)
@Tag("R-22")
@Tag("R-23")
@Tag("R-51")
@Tag("R-54")
class BadNetworksIT {

    private static final List<Profile> PROFILES =
            List.of(Profile.RURAL_2G, Profile.EDGE, Profile.THREE_G, Profile.LOSSY_WIFI);

    private static final int EVENTS = Integer.getInteger("tailrace.field.events", 100);

    @TestFactory
    Stream<DynamicTest> statesAreExactInTheEnd(Site site) throws Exception {
        var running = new LinkedHashMap<Profile, Future<List<Figures>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var profile : PROFILES) {
                Callable<List<Figures>> whole = () -> {
                    try (var journey = new Journey(site, profile)) {
                        return journey.run(EVENTS);
                    }
                };
                running.put(profile, threads.submit(whole));
            }
        }
        var table = running.entrySet().stream()
                .filter(run -> run.getValue().state() == Future.State.SUCCESS)
                .flatMap(run -> run.getValue().resultNow().stream().map(figures -> figures.row(run.getKey())))
                .collect(Collectors.joining("\n", Figures.head() + "\n", "\n"));
        System.out.println(table);
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("networks.md"), table);
        return running.entrySet().stream()
                .map(run -> DynamicTest.dynamicTest(
                        run.getKey().title(),
                        () -> assertThat(run.getValue().get()).allMatch(figures -> figures.events() == EVENTS)));
    }
}
