package io.tailrace.server.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small shell that outlives this process and ends what it leaves: it reads the names of processes from a pipe, and
 * the end of the pipe, which comes even when this process is killed, is its signal. It asks kindly, waits
 * {@value Child#GRACE_SECONDS} seconds, then kills. One thread at a time.
 */
final class Guard implements AutoCloseable {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            all=
            while read -r what signal pid; do
              rest=
              for one in $all; do [ "$one" = "$signal:$pid" ] || rest="$rest $one"; done
              all=$rest
              [ "$what" = forget ] || all="$rest $signal:$pid"
            done
            for one in $all; do kill -"${one%:*}" "${one#*:}" 2>/dev/null; done
            seconds=0
            while [ $seconds -lt "$1" ]; do
              alive=
              for one in $all; do kill -0 "${one#*:}" 2>/dev/null && alive=1; done
              [ -n "$alive" ] || exit 0
              sleep 1
              seconds=$((seconds + 1))
            done
            for one in $all; do kill -KILL "${one#*:}" 2>/dev/null; done
            """;

    private final Process shell;
    private final Writer pipe;

    private Guard(Process shell) {
        this.shell = shell;
        this.pipe = shell.outputWriter(StandardCharsets.US_ASCII);
    }

    static Guard start() throws IOException {
        var command = new ArrayList<String>();
        Children.onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, "tailrace-guard", Integer.toString(Child.GRACE_SECONDS)));
        return new Guard(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    void watch(Child child) throws IOException {
        say("watch", child);
    }

    /** To be called when the process has ended: its pid may soon be another's. */
    void forget(Child child) {
        try {
            say("forget", child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(String what, Child child) throws IOException {
        pipe.write(what + " " + child.stop() + " " + child.pid() + "\n");
        pipe.flush();
    }

    /** Ends what is still watched, and the guard. */
    @Override
    public void close() {
        try {
            pipe.close();
            shell.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
