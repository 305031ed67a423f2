package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What {@code ./tailrace} hands over, once the jar is built: the commands about a development instance. */
public final class CommandLine {

    static final String DATA = "data";
    private static final String DEFAULT_DATA = ".tailrace";

    private CommandLine() {}

    /** Does the command; the status is 1, after a line on the standard error, when it cannot be done. */
    public static void main(String[] words) {
        int status = run(List.of(words));
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> words) {
        var rest = words.subList(Math.min(1, words.size()), words.size());
        try {
            switch (words.isEmpty() ? "" : words.getFirst()) {
                case "up" -> Up.run(rest, jar());
                case "node" -> NodeCommand.run(rest, jar());
                case "train" -> TrainCommand.run(rest, jar());
                case "token" -> System.out.println(TokenCommand.run(rest));
                default -> throw new StartRefused("There is no such command; ./tailrace help lists what there is.");
            }
            return 0;
        } catch (StartRefused e) {
            System.err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            System.err.println("Not done: " + e);
            return 1;
        }
    }

    /** How to name this directory again on a command line; nothing when it is the default. */
    static String dataOption(Path directory) {
        return directory.equals(Path.of(DEFAULT_DATA)) ? "" : " --data " + directory;
    }

    static Path dataDirectory(Flags flags) throws StartRefused {
        return Path.of(flags.one(DATA).orElse(DEFAULT_DATA));
    }

    /** The jar that this class came in: nodes run the same. */
    private static Path jar() throws StartRefused {
        var source = CommandLine.class.getProtectionDomain().getCodeSource();
        var jar = source == null ? null : Path.of(source.getLocation().getPath());
        if (jar == null || !jar.toString().endsWith(".jar")) {
            throw new StartRefused("Nodes are started from tailrace.jar, and this was not.");
        }
        return jar;
    }
}
