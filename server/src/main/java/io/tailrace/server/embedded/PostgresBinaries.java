package io.tailrace.server.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The programs of PostgreSQL, unpacked from the class path into the data directory once. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /**
     * The directory that holds {@code bin/postgres}.
     *
     * @throws StartRefused when none is brought for this platform
     */
    static Path unpackedIn(Path directory) throws IOException, StartRefused {
        var home = directory.resolve("programs").resolve("postgres");
        if (!Files.exists(home)) {
            var draft = home.resolveSibling("postgres.draft");
            delete(draft);
            try (var archive = PostgresBinaries.class.getResourceAsStream("/" + archiveName())) {
                if (archive == null) {
                    throw new StartRefused("No embedded PostgreSQL is brought for " + platform()
                            + "; run Tailrace in production form against a PostgreSQL of your own.");
                }
                unpack(archive, Files.createDirectories(draft));
            }
            Files.move(draft, home);
        }
        return home;
    }

    private static String archiveName() {
        var machine =
                switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    case String other -> other;
                };
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(" ", "");
        return "postgres-" + system + "-" + machine + ".txz";
    }

    private static String platform() {
        return System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    }

    private static void unpack(InputStream archive, Path into) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isDirectory()) {
                    unpack(tar, entry, into.resolve(entry.getName()).normalize());
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var paths = Files.walk(tree)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
