package io.tailrace.server;

import io.tailrace.log.LogUnavailable;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.ops.JsonLines;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code java -jar tailrace.jar}: one node, configured by the environment, until it is told to stop. */
public final class Main {

    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    private Main() {}

    /**
     * Runs the program; ends with status 1 and one sentence when it cannot.
     *
     * @param args none: run a node; {@code restored}: raise the log's epoch after a restore from backup
     */
    public static void main(String[] args) throws InterruptedException {
        JsonLines.install();
        try {
            var command = Arrays.asList(args);
            if (command.isEmpty()) {
                serve(ServerConfig.from(System.getenv()));
            } else if (command.equals(List.of("restored"))) {
                restored(ServerConfig.database(System.getenv()));
            } else {
                throw new ConfigFault("The only command is restored; without one, a node is run.");
            }
        } catch (ConfigFault fault) {
            fail(fault.getMessage());
        } catch (LogUnavailable away) {
            fail("The database cannot be reached.");
        } catch (UncheckedIOException cannotListen) {
            fail("Cannot listen: " + Objects.toString(cannotListen.getCause()) + ".");
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.ERROR, "the node cannot start", failure);
            fail("The node cannot start; its log says why.");
        }
    }

    private static void serve(ServerConfig config) throws InterruptedException {
        var assembly = Assembly.assemble(config);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(assembly, stopped), "stop"));
        assembly.start();
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

    /** Every node sees it at its next look; positions of before it give {@code snapshot.required}. */
    private static void restored(Database.Options options) {
        try (var database = Database.open(options)) {
            database.migrate();
            int epoch = PostgresLog.on(database, Clock.systemUTC()).epoch().restored();
            System.out.println("The log is in epoch " + epoch + " now.");
        }
    }

    private static void fail(@Nullable String sentence) {
        System.err.println("tailrace: " + sentence);
        System.exit(1);
    }
}
