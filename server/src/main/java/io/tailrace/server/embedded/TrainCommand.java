package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code ./tailrace train}: makes the ahead-of-time cache that nodes in production start with. */
final class TrainCommand {

    private TrainCommand() {}

    static void run(List<String> words, Path jar) throws StartRefused, IOException {
        Flags.parse(words, Set.of());
        try {
            Training.run(jar, System.out::println);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("Stopped before it was done; no cache was made.");
        }
    }
}
