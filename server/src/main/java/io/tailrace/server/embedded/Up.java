package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code ./tailrace up}: an instance that lasts until this process is asked to end. A node that ends is reported and
 * not started again: whoever ended it wants to see what its clients do.
 */
final class Up {

    private static final int DEFAULT_PORT = 8080;

    /** A machine for development has no use for more, and admin ports stay clear of main ports. */
    private static final int MOST_NODES = 16;

    static final int LAST_PORT = 65_535 - Ports.ADMIN_DISTANCE - MOST_NODES;

    private Up() {}

    static void run(List<String> words, Path jar) throws StartRefused, IOException {
        var flags = Flags.parse(words, Set.of("port", CommandLine.DATA, "nodes"));
        int count = flags.number("nodes", 1, MOST_NODES, 1);
        int first = flags.number("port", 1, LAST_PORT, DEFAULT_PORT);
        var directory = CommandLine.dataDirectory(flags);
        Foreground.run(foreground -> {
            try (var instance = DevInstance.start(directory, jar, DevInstance.ports(first, count), foreground::say)) {
                foreground.say(Greeting.of(instance, directory));
                instance.awaitNodes(foreground::say);
                instance.nodes().forEach(node -> report(node, directory, foreground));
                instance.databases().forEach(database -> report(database, foreground));
                foreground.say("Ctrl-C stops everything; the data stays in " + directory + ".");
                foreground.linger();
            }
        });
    }

    private static void report(NodeProcess node, Path directory, Foreground foreground) {
        node.child().onExit().thenAccept(ended -> {
            if (!foreground.ending()) {
                foreground.say("Node " + node.port() + " (pid " + ended.pid() + ") has ended, status "
                        + ended.exitValue() + ". Start it again: ./tailrace node --port " + node.port()
                        + CommandLine.dataOption(directory));
            }
        });
    }

    private static void report(Child database, Foreground foreground) {
        database.onExit().thenAccept(ended -> {
            if (!foreground.ending()) {
                foreground.say("The process " + database.name() + " (pid " + ended.pid() + ") has ended; see "
                        + database.log() + ". Stop this and start it again to have it back.");
            }
        });
    }
}
