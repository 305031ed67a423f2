package io.tailrace.server.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of the instance.
 *
 * @param name what the user calls it
 * @param handle the process
 * @param stop how it is asked to end
 * @param log where it writes
 */
record Child(String name, Process handle, StopSignal stop, Path log) {

    /** How long a process may take to end after it was asked, in seconds; then it is killed. */
    static final int GRACE_SECONDS = 20;

    long pid() {
        return handle.pid();
    }

    boolean alive() {
        return handle.isAlive();
    }

    /** Completes when it has ended. */
    CompletableFuture<Process> onExit() {
        return handle.onExit();
    }

    /** The last line that it wrote; empty when there is none. */
    String lastWords() {
        return lastWords(log);
    }

    /** The last line of a log. */
    static String lastWords(Path log) {
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> !line.isBlank()).reduce("", (earlier, later) -> later);
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    /** Asks all of them to end, and returns when they have: kindly within the grace, else by force. */
    static void end(List<Child> children) {
        children.forEach(child -> child.stop.send(child.handle.toHandle()));
        children.forEach(child -> await(child.handle.toHandle()));
    }

    /** The same for a process that another instance started. */
    static void end(ProcessHandle process, StopSignal stop) {
        stop.send(process);
        await(process);
    }

    private static void await(ProcessHandle process) {
        if (!ended(process)) {
            process.destroyForcibly();
            ended(process);
        }
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return !process.isAlive();
        }
    }
}
