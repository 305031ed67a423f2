package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in a JVM of its own, that says {@code ready} when it is. */
final class OtherProcess implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    static OtherProcess start(Class<?> main, List<String> words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(words);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var first = process.inputReader().readLine();
        if (!"ready".equals(first)) {
            process.destroyForcibly();
            throw new IllegalStateException(main.getSimpleName() + " said " + first);
        }
        return new OtherProcess(process);
    }

    long pid() {
        return process.pid();
    }

    /** It has no chance to put anything away. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Its guards first, so that nobody is left to do it. */
    void killWithGuard() throws InterruptedException {
        process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("sh"))
                .forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
