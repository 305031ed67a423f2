package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that nobody else may read, not even while they are made. */
final class OwnerOnly {

    private OwnerOnly() {}

    /** A new directory. */
    static Path directory(Path path) throws IOException {
        return Files.createDirectory(path, mode("rwx------"));
    }

    /** A file with this content; one of that name is replaced. */
    static Path write(Path path, String content) throws IOException {
        Files.deleteIfExists(path);
        return Files.writeString(Files.createFile(path, mode("rw-------")), content);
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
