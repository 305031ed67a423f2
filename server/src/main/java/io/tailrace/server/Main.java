package io.tailrace.server;

import io.tailrace.server.ops.JsonLines;
import java.util.concurrent.CountDownLatch;

/** {@code java -jar tailrace.jar}: one node, configured by the environment, until it is told to stop. */
public final class Main {

    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    private Main() {}

    /** @param args none: run a node; {@code restored}: raise the log's epoch after a restore from backup */
    public static void main(String[] args) throws InterruptedException {
        JsonLines.install();
        try {
            var config = ServerConfig.from(System.getenv());
            serve(config);
        } catch (ConfigFault fault) {
            System.err.println("tailrace: " + fault.getMessage());
            System.exit(1);
        }
    }

    private static void serve(ServerConfig config) throws InterruptedException {
        var assembly = Assembly.start(config);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(assembly, stopped), "stop"));
        LOG.log(
                System.Logger.Level.INFO,
                "node " + config.node() + " serves on port " + assembly.port() + ", metrics on "
                        + assembly.adminPort());
        stopped.await();
    }

    private static void stop(Assembly assembly, CountDownLatch stopped) {
        try (assembly) {
            assembly.drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }
}
