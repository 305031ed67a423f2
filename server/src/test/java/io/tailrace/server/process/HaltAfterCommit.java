package io.tailrace.server.process;

import io.tailrace.server.write.AfterCommit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ends the process between commit and announcement, as soon as a file says at which point. */
public final class HaltAfterCommit implements AfterCommit {

    /** Names the file; it holds the name of a {@link Point}. */
    static final String PROPERTY = "tailrace.test.halt";

    private static final int KILLED = 137;

    private final Path file = Path.of(System.getProperty(PROPERTY));

    @Override
    public void reached(Point point) {
        try {
            if (Files.exists(file) && Files.readString(file).equals(point.name())) {
                Files.delete(file);
                Runtime.getRuntime().halt(KILLED);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
