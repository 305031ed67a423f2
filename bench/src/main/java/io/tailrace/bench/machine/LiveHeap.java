package io.tailrace.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a JVM holds that is alive, by its own account; asking makes it collect everything, and stop meanwhile. */
public final class LiveHeap {

    private static final String TOTAL = "Total";
    private static final String FILLER = "jdk.internal.vm.Filler";

    private LiveHeap() {}

    /**
     * Bytes of the objects that are reachable in the JVM of this process, which runs as the same user.
     *
     * @throws IllegalStateException when it does not say
     */
    public static long bytes(long pid) {
        jcmd(pid, "GC.run"); // so that what is only weakly held is gone before it is counted
        var histogram = jcmd(pid, "GC.class_histogram");
        return total(histogram) - filler(histogram);
    }

    /** The bytes in the last line of a histogram: {@code Total <objects> <bytes>}. */
    static long total(String histogram) {
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length == 3 && words[0].equals(TOTAL))
                .mapToLong(words -> Long.parseLong(words[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no histogram: " + histogram.strip()));
    }

    /** What the collector left where it moved nothing: listed, but nobody's. */
    static long filler(String histogram) {
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(words -> words.length >= 4 && words[3].contains(FILLER))
                .mapToLong(words -> Long.parseLong(words[2]))
                .sum();
    }

    private static String jcmd(long pid, String command) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            // Into a file: a JVM that prints its histogram stands still, and could not read it from a pipe if it is our
            // own.
            var file = Files.createTempFile("heap", ".txt");
            try {
                new ProcessBuilder(jcmd, Long.toString(pid), command)
                        .redirectErrorStream(true)
                        .redirectOutput(file.toFile())
                        .start()
                        .waitFor();
                return Files.readString(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
