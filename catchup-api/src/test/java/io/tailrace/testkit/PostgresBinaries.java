package io.tailrace.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Where the programs of a PostgreSQL version are; brings them if need be. */
final class PostgresBinaries {

    private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15/bin");
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private PostgresBinaries() {}

    /** Debian's 15: what is installed, what {@code TAILRACE_TEST_POSTGRES_15} names, or, as root, installed now. */
    static Path debian15() {
        String named = System.getenv("TAILRACE_TEST_POSTGRES_15");
        Path bin = named == null ? DEBIAN_15 : Path.of(named);
        if (!Files.isExecutable(bin.resolve("postgres")) && ROOT && named == null) {
            Child.run(
                    "sh",
                    "-c",
                    "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql-15");
        }
        if (!Files.isExecutable(bin.resolve("postgres"))) {
            throw new IllegalStateException("PostgreSQL 15 is not in " + bin
                    + ": install it, or name its bin directory in TAILRACE_TEST_POSTGRES_15");
        }
        return bin;
    }

    /** The embedded 18, unpacked once per machine and user. */
    static synchronized Path embedded18() {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String archive = "postgres-linux-" + arch + ".txz";
        var home = Path.of(
                System.getProperty("java.io.tmpdir"), "tailrace-postgres-18-" + System.getProperty("user.name"));
        if (!Files.isDirectory(home)) {
            try {
                Path part = Files.createTempDirectory("tailrace-postgres-18-");
                unpack(archive, part);
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
                if (!part.toFile().renameTo(home.toFile()) && !Files.isDirectory(home)) {
                    throw new IOException("cannot rename " + part);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return home.resolve("bin");
    }

    private static void unpack(String archive, Path target) throws IOException {
        try (InputStream resource = PostgresBinaries.class.getResourceAsStream("/" + archive);
                var tar = new TarArchiveInputStream(new XZInputStream(
                        new BufferedInputStream(Objects.requireNonNull(resource, "no " + archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(Objects.requireNonNull(path.getParent()));
                    Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
                    String rights = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
                }
            }
        }
    }

    /** {@code command} as a user that PostgreSQL does not refuse to run as: it runs as anyone but root. */
    static List<String> unprivileged(List<String> command) {
        if (!ROOT) {
            return command;
        }
        String user = serverUser();
        var wrapper = List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--");
        return Stream.concat(wrapper.stream(), command.stream()).toList();
    }

    /** Gives {@code directory} to the user that the server runs as. */
    static void handOver(Path directory) {
        if (ROOT) {
            Child.run("chown", "-R", serverUser() + ":", directory.toString());
        }
    }

    private static String serverUser() {
        try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
            return users.anyMatch(line -> line.startsWith("postgres:")) ? "postgres" : "nobody";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
