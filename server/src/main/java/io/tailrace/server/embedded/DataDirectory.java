package io.tailrace.server.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a development instance keeps between starts: the files of PostgreSQL and Redis, secrets, logs, and notes on what
 * is running. Only its owner can read it. At most one process holds it; the hold ends with that process, however it
 * ends.
 */
final class DataDirectory implements AutoCloseable {

    private static final int SECRET_BYTES = 32;

    /** What initdb, which quotes its paths with double quotes for a shell, cannot have in them. */
    private static final Pattern UNUSABLE = Pattern.compile("[\"$`\\\\\\p{Cntrl}]");

    private final Path root;
    private @Nullable FileChannel hold;

    private DataDirectory(Path root) {
        this.root = root;
    }

    /** The directory at {@code path}, made when it is not there; not held. */
    static DataDirectory at(Path path) throws StartRefused {
        var root = path.toAbsolutePath().normalize();
        if (UNUSABLE.matcher(root.toString()).find()) {
            throw new StartRefused("PostgreSQL's initdb does not work in " + root
                    + ", for a character in it that a shell would see; choose another directory with --data.");
        }
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(Optional.ofNullable(root.getParent()).orElse(root));
                OwnerOnly.directory(root);
            }
            return new DataDirectory(root);
        } catch (FileAlreadyExistsException e) {
            return Files.isDirectory(root) ? new DataDirectory(root) : refuse(root, e);
        } catch (IOException e) {
            return refuse(root, e);
        }
    }

    private static DataDirectory refuse(Path root, IOException e) throws StartRefused {
        throw new StartRefused("The data directory " + root + " cannot be made", e);
    }

    /** Takes the directory for this process until {@link #close} or the end of the process. */
    void hold() throws StartRefused {
        try {
            var channel = lockFile();
            if (!locked(channel)) {
                channel.close();
                var holder = note(Note.INSTANCE).getProperty("pid");
                throw new StartRefused("The data directory " + root + " is in use by a running Tailrace"
                        + (holder == null ? "" : " (pid " + holder + ")")
                        + "; stop that one first, or choose another with --data.");
            }
            hold = channel;
        } catch (IOException e) {
            throw new StartRefused("The data directory " + root + " cannot be locked", e);
        }
    }

    /** Whether another process holds it. */
    boolean held() {
        try (var channel = lockFile()) {
            return !locked(channel);
        } catch (IOException e) {
            return false;
        }
    }

    private FileChannel lockFile() throws IOException {
        return FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path path() {
        return root;
    }

    Path resolve(String name) {
        return root.resolve(name);
    }

    /** Where a process writes its log; what it wrote in its last run is kept beside it. */
    Path freshLog(String process) throws IOException {
        var log = Files.createDirectories(root.resolve("log")).resolve(process + ".log");
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling(process + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.createFile(log);
    }

    /** The secret called {@code name}: 256 random bits, made by the first who asks and the same ever after. */
    String secret(String name) throws StartRefused {
        var file = root.resolve(name + ".secret");
        try {
            if (!Files.exists(file)) {
                var bytes = new byte[SECRET_BYTES];
                new SecureRandom().nextBytes(bytes);
                publish(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StartRefused("The secret " + file + " cannot be read", e);
        }
    }

    /** Two may make the same secret at once: a link is made only when the name is free, and then whole. */
    private void publish(Path file, String content) throws IOException {
        var draft = draft(content);
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // the other one's is as good
        } finally {
            Files.delete(draft);
        }
    }

    private Path draft(String content) throws IOException {
        return OwnerOnly.write(root.resolve("draft-" + UUID.randomUUID()), content);
    }

    /** Notes that outlive the process that wrote them, so that others find what is running here. */
    enum Note {
        /** The process that holds the directory, and where its databases are. */
        INSTANCE,
        /** The processes it started. */
        CHILDREN
    }

    /** What was noted last; empty when nothing was. */
    Properties note(Note note) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file(note))));
        } catch (IOException e) {
            // never written, or unreadable: as good as empty
        }
        return properties;
    }

    void note(Note note, Properties properties) throws IOException {
        var text = new StringWriter();
        properties.store(text, null);
        Files.move(draft(text.toString()), file(note), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(Note note) {
        return root.resolve(
                switch (note) {
                    case INSTANCE -> "instance.properties";
                    case CHILDREN -> "children.properties";
                });
    }

    @Override
    public void close() {
        try {
            if (hold != null) {
                hold.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
