package io.tailrace.server.embedded;

import java.nio.file.Path;
import java.util.List;

/** An instance without nodes as a process of its own, for tests to kill: says when it is ready, then lingers. */
final class DatabasesOnly {

    private DatabasesOnly() {}

    /** @param words the data directory */
    public static void main(String[] words) throws Exception {
        Foreground.run(foreground -> {
            try (var instance = DevInstance.start(Path.of(words[0]), Path.of("none.jar"), List.of(), line -> {})) {
                foreground.say("ready");
                foreground.linger();
            }
        });
    }
}
