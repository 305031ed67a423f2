package io.tailrace.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs PostgreSQL, which refuses to run as root: where root starts the instance it is the user {@code nobody}, who
 * keeps one right of root's, to pass through directories (the data may lie below a home that only root may enter), and
 * no other. {@code no_setuid_fixup} is for access(2), which else forgets that right and hides PostgreSQL's own program
 * from it. A user namespace would do too, and is what ordinary containers forbid.
 */
final class Unprivileged {

    private static final int NOBODY = 65534;
    private static final List<String> SETPRIV = List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=-all,+dac_override",
            "--bounding-set=-all,+dac_override",
            "--securebits=+no_setuid_fixup",
            "--");

    private final boolean root;

    private Unprivileged(boolean root) {
        this.root = root;
    }

    /** For the user of this process. */
    static Unprivileged here() throws StartRefused {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && Children.onPath("setpriv").isEmpty()) {
            throw new StartRefused("PostgreSQL does not run as root, and there is no setpriv to run it as another:"
                    + " start ./tailrace as an ordinary user, or install util-linux.");
        }
        return new Unprivileged(root);
    }

    /** The command, run as the user it may run as. */
    List<String> command(List<String> command) {
        var whole = new ArrayList<>(root ? SETPRIV : List.<String>of());
        whole.addAll(command);
        return whole;
    }

    /** Gives an empty directory to that user. */
    void handOver(Path directory) throws IOException {
        if (root) {
            Files.setAttribute(directory, "unix:uid", NOBODY);
            Files.setAttribute(directory, "unix:gid", NOBODY);
        }
    }
}
