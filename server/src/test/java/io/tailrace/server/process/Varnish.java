package io.tailrace.server.process;

import io.tailrace.testkit.Child;
import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's Varnish before a node, by two doors: one does what Varnish does by itself, which passes on whatever comes with
 * credentials; the other looks every {@code GET} up, whoever asks, so that only what answers say keeps it from sharing
 * them. Close it.
 */
final class Varnish implements AutoCloseable {

    private static final String RULES = """
            vcl 4.1;
            backend node { .host = "127.0.0.1"; .port = "%d"; }
            sub vcl_recv {
                if (local.socket == "blind" && req.method == "GET") {
                    return (hash);
                }
            }
            """;

    private final int usual = Ports.free();
    private final int blind = Ports.free();
    private final Path home;
    private final Process process;

    Varnish(ServerProcess node) {
        try {
            home = Files.createTempDirectory("tailrace-varnish-");
            Path rules = Files.writeString(home.resolve("rules.vcl"), RULES.formatted(node.port()));
            process = Child.start(
                    home,
                    home.resolve("log"),
                    List.of(
                            "/usr/sbin/varnishd",
                            "-F",
                            "-j",
                            "none",
                            "-T",
                            "none",
                            "-n",
                            home.resolve("work").toString(),
                            "-s",
                            "malloc,16m",
                            "-f",
                            rules.toString(),
                            "-a",
                            "usual=127.0.0.1:" + usual,
                            "-a",
                            "blind=127.0.0.1:" + blind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-varnish"));
        Eventually.eventually(() -> new Socket("127.0.0.1", blind).close());
    }

    /** As it comes. */
    URI usual() {
        return URI.create("http://127.0.0.1:" + usual + "/");
    }

    /** Where credentials count for nothing. */
    URI blind() {
        return URI.create("http://127.0.0.1:" + blind + "/");
    }

    @Override
    public void close() {
        Child.end(process, "TERM");
        Child.deleteTree(home);
    }
}
