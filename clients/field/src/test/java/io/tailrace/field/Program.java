package io.tailrace.field;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A client as a process of its own that says on its standard output, a line each, what it sees. What it says on its
 * standard error is kept for the failure's message. A thread reads; close it, which ends it.
 */
public final class Program implements AutoCloseable {

    /** Lines that are kept of each: a client that says more is broken. */
    private static final int MOST_LINES = 200_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

    private Program(Process process) {
        this.process = process;
        Thread.ofVirtual().name("program-output").start(() -> read(process.inputReader(StandardCharsets.UTF_8), lines));
        Thread.ofVirtual()
                .name("program-errors")
                .start(() -> read(process.errorReader(StandardCharsets.UTF_8), errors));
    }

    /**
     * Starts a script, JavaScript or TypeScript whose types can be stripped, on the Node that comes with Playwright.
     *
     * @param directory where it runs
     * @param environment what it is told
     * @param arguments the script, and what follows it
     */
    public static Program node(Path directory, Map<String, String> environment, String... arguments) {
        var command = new ArrayList<>(List.of(node(), "--experimental-strip-types", "--no-warnings"));
        command.addAll(List.of(arguments));
        return start(directory, environment, command);
    }

    private static String node() {
        return Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                .createProcessBuilder()
                .command()
                .getFirst();
    }

    /** Starts any program. */
    public static Program start(Path directory, Map<String, String> environment, List<String> command) {
        var builder = new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().putAll(environment);
        try {
            return new Program(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(BufferedReader from, List<String> to) {
        try (from) {
            for (String line = from.readLine(); line != null && to.size() < MOST_LINES; line = from.readLine()) {
                to.add(line);
            }
        } catch (IOException ended) {
            // as good as the end
        }
    }

    /** What it has said so far. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The same of its standard error, as one text. */
    public String errors() {
        synchronized (errors) {
            return String.join("\n", errors);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it ends by itself, and returns its status. */
    public int awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("it does not end; it said " + lines + errors);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitEnd(PATIENCE);
    }
}
