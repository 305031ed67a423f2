package io.tailrace.bench.servers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The options that the JVM of a node has in production: those of the container image, so that what is measured runs. */
final class ImageOptions {

    private static final String ENTRYPOINT = "ENTRYPOINT ";

    private ImageOptions() {}

    /** What stands between {@code java} and {@code -jar} in the image's entry point. */
    static List<String> of(Path dockerfile) throws IOException {
        try (var lines = Files.lines(dockerfile)) {
            var command = lines.filter(line -> line.startsWith(ENTRYPOINT))
                    .map(line -> line.substring(ENTRYPOINT.length()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(dockerfile + " has no entry point"));
            var words = new ObjectMapper().readValue(command, String[].class);
            return Stream.of(words)
                    .skip(1)
                    .takeWhile(word -> !word.equals("-jar"))
                    .toList();
        }
    }
}
