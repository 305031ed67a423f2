package io.tailrace.server.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Debian's libfaketime, which is installed when it is missing and we may. */
final class Faketime {

    private static final Path LIBRARIES = Path.of("/usr/lib");

    private Faketime() {}

    /** The library to preload. */
    static Path library() {
        return installed()
                .or(Faketime::install)
                .orElseThrow(() -> new IllegalStateException("there is no libfaketime: apt-get install libfaketime"));
    }

    private static Optional<Path> installed() {
        try (var found = Files.find(LIBRARIES, 3, (path, attributes) -> path.endsWith("faketime/libfaketime.so.1"))) {
            return found.findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> install() {
        run("apt-get", "update", "-q");
        run("apt-get", "install", "-qy", "--no-install-recommends", "libfaketime");
        return installed();
    }

    private static void run(String... command) {
        try {
            var process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed:\n" + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
