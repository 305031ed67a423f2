package io.tailrace.server.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fenced blocks of the README's tour: what to type, and what it prints. */
final class Readme {

    /**
     * A step of the tour.
     *
     * @param command what to type
     * @param kind of what it prints: {@code json} or {@code sse}; null when the README does not show it
     * @param shown what it prints; empty without a kind
     */
    record Step(String command, @Nullable String kind, String shown) {}

    private record Block(String info, String text) {}

    private Readme() {}

    static List<Step> tour(Path readme) {
        var blocks = blocks(readme);
        var steps = new ArrayList<Step>();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).info().equals("sh tour")) {
                var next = i + 1 < blocks.size() ? blocks.get(i + 1) : new Block("", "");
                boolean shown = next.info().equals("json") || next.info().equals("sse");
                steps.add(new Step(blocks.get(i).text(), shown ? next.info() : null, shown ? next.text() : ""));
            }
        }
        return steps;
    }

    private static List<Block> blocks(Path readme) {
        try {
            var blocks = new ArrayList<Block>();
            @Nullable String info = null;
            var text = new StringBuilder();
            for (String line : Files.readAllLines(readme)) {
                if (!line.startsWith("```")) {
                    text.append(line).append('\n');
                } else if (info == null) {
                    info = line.substring(3);
                    text.setLength(0);
                } else {
                    blocks.add(new Block(info, text.toString()));
                    info = null;
                }
            }
            return blocks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
