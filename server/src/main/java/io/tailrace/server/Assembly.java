package io.tailrace.server;

import io.tailrace.log.LogUnavailable;
import io.tailrace.log.postgres.Database;
import io.tailrace.server.http.Door;
import io.tailrace.server.http.HttpMeters;
import io.tailrace.server.http.Journal;
import io.tailrace.server.http.Listener;
import io.tailrace.server.http.RouteTable;
import io.tailrace.server.ops.Health;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One running node: the one place where the parts of all rooms are made and joined, by role. Each {@code add…} method
 * makes the parts of one room without asking the database, registers its routes, and says what has to be done once the
 * schema is there ({@code starts}), how it drains ({@code drains}) and what to close; that happens in the reverse order.
 */
public final class Assembly implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Assembly.class.getName());

    private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);
    private static final String STREAM = "GET /v1/stream";

    private final ServerConfig config;
    private final Clock clock = Clock.systemUTC();
    private final Journal journal;
    private final Health health = new Health();
    private final RouteTable routes;
    private final RouteTable adminRoutes;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Runnable> starts = new ArrayList<>();
    private final List<Consumer<Duration>> drains = new ArrayList<>();
    private final Database database;
    private final Listener listener;

    private Assembly(ServerConfig config) {
        this.config = config;
        this.journal = new Journal(
                line -> System.getLogger("io.tailrace.journal").log(System.Logger.Level.INFO, line), clock, logKey());
        this.routes = new RouteTable(journal, HttpMeters.NONE, this::pass);
        this.adminRoutes = new RouteTable(journal, HttpMeters.NONE, Door.OPEN);
        this.database = closing(Database.open(config.database()));
        routes.register(health);
        health.part("database", this::databaseAnswers);
        this.listener = closing(Listener.start(config.http(), routes, adminRoutes));
    }

    /**
     * Starts a node and returns once it is ready: it listens at once, and waits for the database as long as that takes.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public static Assembly start(ServerConfig config) throws InterruptedException {
        var assembly = new Assembly(config);
        try {
            assembly.migrate();
            assembly.starts.forEach(Runnable::run);
            assembly.health.phase(Health.Phase.READY);
            return assembly;
        } catch (InterruptedException | RuntimeException failed) {
            assembly.close();
            throw failed;
        }
    }

    private void migrate() throws InterruptedException {
        while (true) {
            try {
                database.migrate();
                return;
            } catch (LogUnavailable away) {
                LOG.log(System.Logger.Level.WARNING, "waiting for the database: {0}", away.getMessage());
                Thread.sleep(DATABASE_RETRY);
            }
        }
    }

    private boolean databaseAnswers() {
        try {
            database.query("SELECT 1", row -> 1);
            return true;
        } catch (LogUnavailable away) {
            return false;
        }
    }

    /** While the node starts there may be no schema yet; a stream is turned away by its own, kinder, means. */
    private void pass(String route) {
        if (health.phase() == Health.Phase.STARTING && route.contains(" /v1/") && !route.equals(STREAM)) {
            throw new Refusal(Problem.of(ProblemType.UNAVAILABLE).retryAfter(DATABASE_RETRY));
        }
    }

    /** The port of the API. */
    public int port() {
        return listener.port();
    }

    /** The port of {@code /metrics}. */
    public int adminPort() {
        return listener.adminPort();
    }

    /**
     * Fails readiness, waits as long as the balancer needs to see it, then lets every part hand over what it holds, all
     * at once and within the configured time. Blocks until that is done.
     */
    public void drain() throws InterruptedException {
        health.phase(Health.Phase.DRAINING);
        Thread.sleep(config.drain().delay());
        var threads = drains.stream()
                .map(drain -> Thread.ofVirtual()
                        .name("drain")
                        .start(() -> drain.accept(config.drain().timeout())))
                .toList();
        for (Thread thread : threads) {
            thread.join(config.drain().timeout().plusSeconds(1));
        }
    }

    /** Closes all parts, the last made first; goes on when one fails to. */
    @Override
    public void close() {
        health.phase(Health.Phase.DRAINING);
        while (!parts.isEmpty()) {
            var part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "could not close " + part, e);
            }
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }

    private byte[] logKey() {
        return Optional.ofNullable(config.logKey())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> new SecureRandom().generateSeed(32));
    }
}
