package io.tailrace.server.embedded;

import io.tailrace.server.embedded.DataDirectory.Note;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * {@code ./tailrace node}: one node more for a running instance, or one that was killed, again. It lasts until this
 * process is asked to end, or the instance or the node ends.
 */
final class NodeCommand {

    private NodeCommand() {}

    static void run(List<String> words, Path jar) throws StartRefused, IOException {
        var flags = Flags.parse(words, Set.of("port", CommandLine.DATA));
        flags.required("port");
        int port = flags.number("port", 1, Up.LAST_PORT, 0);
        var data = DataDirectory.at(CommandLine.dataDirectory(flags));
        var instance = running(data);
        Ports.demandFree(port);
        Foreground.run(foreground -> {
            try (var children = Children.beside(data)) {
                var node = NodeProcess.start(children, jar, port, DevInstance.surroundings(data));
                node.awaitReady();
                foreground.say("Node " + port + " is ready, pid " + node.child().pid());
                awaitAny(instance, node.child());
                foreground.say("Node " + port + " ends, or the instance has ended.");
            }
        });
    }

    private static ProcessHandle running(DataDirectory data) throws StartRefused {
        var pid = data.note(Note.INSTANCE).getProperty("pid", "0");
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(any -> data.held())
                .orElseThrow(() ->
                        new StartRefused("No instance is running on " + data.path() + "; start one: ./tailrace up"));
    }

    private static void awaitAny(ProcessHandle instance, Child node) throws InterruptedException, IOException {
        try {
            instance.onExit()
                    .applyToEither(node.onExit().thenApply(Process::toHandle), ended -> ended)
                    .get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }
}
