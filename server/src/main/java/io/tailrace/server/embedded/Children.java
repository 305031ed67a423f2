package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The processes of an instance, none of which may outlive it. Three nets, each for when the one before it tore: this
 * process ends them in order; a {@link Guard} ends them when this process is killed; and the next start ends what is
 * noted in the data directory and still runs. Each has a session of its own, so that Ctrl-C in a terminal reaches the
 * instance only, and databases do not leave before their clients. Used by one thread at a time.
 */
final class Children implements AutoCloseable {

    private final DataDirectory data;
    private final Guard guard;
    private final boolean noted;
    private final List<Child> started = new ArrayList<>();

    private Children(DataDirectory data, Guard guard, boolean noted) {
        this.data = data;
        this.guard = guard;
        this.noted = noted;
    }

    /** Those of the instance that holds the directory; what an instance that was killed has left there ends first. */
    static Children of(DataDirectory data) throws IOException {
        endLeftovers(data.note(DataDirectory.Note.CHILDREN));
        data.note(DataDirectory.Note.CHILDREN, new Properties());
        return new Children(data, Guard.start(), true);
    }

    /** Those of a process that does not hold the directory; the notes there are not its own. */
    static Children beside(DataDirectory data) throws IOException {
        return new Children(data, Guard.start(), false);
    }

    /** A pid alone may be another's by now: only a process that started when it was noted is ours. */
    private static void endLeftovers(Properties noted) {
        for (var pid : noted.stringPropertyNames()) {
            var words = noted.getProperty(pid).split(" ", 2);
            ProcessHandle.of(Long.parseLong(pid))
                    .filter(process -> startOf(process).equals(words[1]))
                    .ifPresent(process -> Child.end(process, StopSignal.valueOf(words[0])));
        }
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    /**
     * Starts a process that writes to its log.
     *
     * @param name also the log's
     * @param builder its command and environment
     */
    Child start(String name, StopSignal stop, ProcessBuilder builder) throws IOException {
        var log = data.freshLog(name);
        var command = new ArrayList<>(builder.command());
        onPath("setsid").ifPresent(setsid -> command.addFirst(setsid.toString()));
        var process = builder.command(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        var child = new Child(name, process, stop, log);
        guard.watch(child);
        started.add(child);
        if (noted) {
            note();
        }
        return child;
    }

    private void note() throws IOException {
        var running = new Properties();
        started.stream()
                .filter(Child::alive)
                .forEach(child -> running.setProperty(
                        Long.toString(child.pid()),
                        child.stop() + " " + startOf(child.handle().toHandle())));
        data.note(DataDirectory.Note.CHILDREN, running);
    }

    /** Ends {@code children} at once, and waits for all. */
    void end(List<Child> children) {
        Child.end(children);
        children.forEach(guard::forget);
    }

    /** Ends all that still run. */
    @Override
    public void close() {
        end(List.copyOf(started));
        guard.close();
    }

    /** The program called {@code name} on the PATH. */
    static Optional<Path> onPath(String name) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
