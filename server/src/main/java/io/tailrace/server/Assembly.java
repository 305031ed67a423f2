package io.tailrace.server;

import io.tailrace.catchup.CatchupRoutes;
import io.tailrace.catchup.ReadAccess;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Reader;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessWatch;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Guard;
import io.tailrace.server.access.TicketRoutes;
import io.tailrace.server.access.Tickets;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.BusOptions;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.server.bus.RedisBus;
import io.tailrace.server.gateway.Gateway;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.http.Cors;
import io.tailrace.server.http.Door;
import io.tailrace.server.http.HttpMeters;
import io.tailrace.server.http.Journal;
import io.tailrace.server.http.Listener;
import io.tailrace.server.http.ProblemPages;
import io.tailrace.server.http.RouteTable;
import io.tailrace.server.hub.HubOptions;
import io.tailrace.server.hub.HubRegistry;
import io.tailrace.server.limit.LimitMeters;
import io.tailrace.server.limit.Limits;
import io.tailrace.server.limit.RedisSharing;
import io.tailrace.server.limit.Sharing;
import io.tailrace.server.manage.AccessNews;
import io.tailrace.server.manage.Management;
import io.tailrace.server.ops.BoardPages;
import io.tailrace.server.ops.BusMetrics;
import io.tailrace.server.ops.Health;
import io.tailrace.server.ops.HttpMetrics;
import io.tailrace.server.ops.HubMetrics;
import io.tailrace.server.ops.JsonLines;
import io.tailrace.server.ops.LimitMetrics;
import io.tailrace.server.ops.LogMetrics;
import io.tailrace.server.ops.Metrics;
import io.tailrace.server.ops.OpenApiPage;
import io.tailrace.server.ops.RelayMetrics;
import io.tailrace.server.ops.StreamMetrics;
import io.tailrace.server.ops.WriteMetrics;
import io.tailrace.server.relay.Relay;
import io.tailrace.server.relay.RelayOptions;
import io.tailrace.server.schema.Schemas;
import io.tailrace.server.signal.CursorSink;
import io.tailrace.server.write.AfterCommit;
import io.tailrace.server.write.BatchRoutes;
import io.tailrace.server.write.Broadcasts;
import io.tailrace.server.write.EventRoutes;
import io.tailrace.server.write.WriteLanes;
import io.tailrace.server.write.WriteOptions;
import io.tailrace.server.write.Writes;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One running node: the one place where the parts of all rooms are made and joined, by role. Each {@code add…} method
 * makes the parts of one room without asking the database, registers its routes, and says what has to be done once the
 * schema is there, how it drains and what to close ({@link Lifecycle}).
 */
public final class Assembly implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Assembly.class.getName());

    private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);

    private static final Duration EPOCH_INTERVAL = Duration.ofSeconds(3);
    private static final Duration TICKET_INTERVAL = Duration.ofMinutes(10);
    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(1);

    private static final String STREAM = "GET /v1/stream";

    private final ServerConfig config;
    private final Clock clock = Clock.systemUTC();
    private final Journal journal;
    private final Health health = new Health();
    private final Metrics metrics;
    private final RouteTable routes;
    private final RouteTable adminRoutes;
    private final Lifecycle lifecycle = new Lifecycle();
    private final Database database;
    private final PostgresLog log;
    private final AccessWatch accessWatch;
    private final Access access;
    private final Bus bus;
    private final HubRegistry hubs;
    private final ClientAddress addresses;
    private final Limits limits;
    private final EphemeralSide ephemeral;
    private final Listener listener;

    private Assembly(ServerConfig config) {
        this.config = config;
        this.metrics = closing(new Metrics(config.node()));
        this.journal = new Journal(
                line -> System.getLogger(JsonLines.JOURNAL).log(System.Logger.Level.INFO, line), clock, logKey());
        this.routes = new RouteTable(
                journal,
                new HttpMetrics(metrics.registry()),
                this::pass,
                new Cors(config.http().allowedOrigins()));
        this.adminRoutes = new RouteTable(journal, HttpMeters.NONE, Door.OPEN, new Cors(Set.of()));
        this.database = closing(Database.open(config.database()));
        adminRoutes.register(metrics);
        routes.register(health, new BoardPages(config.http().allowedOrigins()), new OpenApiPage());
        health.part("database", this::databaseAnswers);
        this.log = PostgresLog.on(
                database,
                clock,
                config.idempotencyTtl(),
                PostgresLog.SWEEP_INTERVAL,
                new LogMetrics(metrics.registry(), database::walled));
        lifecycle.onStart(log.epoch()::observe);
        this.accessWatch = closing(new AccessWatch(log.members()));
        this.access = addAccess();
        this.bus = closing(bus());
        health.part("redis", bus::up);
        closing(AccessNews.hear(bus, accessWatch::changed));
        this.hubs = closing(HubRegistry.open(
                log.events(), bus, accessWatch, HubOptions.DEFAULT, new HubMetrics(metrics.registry(), clock)));
        this.addresses = new ClientAddress(config.trustedProxies());
        this.limits = addLimits();
        this.ephemeral = new EphemeralSide(new Foundation(
                config, clock, journal, metrics.registry(), routes, lifecycle, log, access, accessWatch, limits));
        if (config.has(Role.WRITE)) {
            addWrites();
        }
        if (config.has(Role.CATCHUP)) {
            addCatchup();
        }
        CursorSink cursors = config.has(Role.GATEWAY) ? addGateway() : (channel, user, device, position) -> {};
        if (config.has(Role.PRESENCE)) {
            ephemeral.addSignals(cursors);
            ephemeral.addPresence();
        }
        if (config.has(Role.RELAY)) {
            addRelay();
        }
        addChores();
        routes.register(new ProblemPages());
        this.listener = closing(listen());
    }

    /** A constructor that cannot finish leaves nobody who could close what it made. */
    private Listener listen() {
        try {
            return Listener.start(config.http(), routes, adminRoutes);
        } catch (UncheckedIOException portTaken) {
            close();
            throw portTaken;
        }
    }

    /**
     * Assembles a node that listens, and answers that it is not ready.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    static Assembly assemble(ServerConfig config) {
        return new Assembly(config);
    }

    /** Waits for the database, as long as that takes, and makes the node ready. */
    void start() throws InterruptedException {
        migrate();
        lifecycle.start();
        health.phase(Health.Phase.READY);
    }

    /**
     * Starts a node and returns once it is ready.
     *
     * @throws java.io.UncheckedIOException when a port is taken
     */
    public static Assembly start(ServerConfig config) throws InterruptedException {
        var assembly = assemble(config);
        try {
            assembly.start();
            return assembly;
        } catch (InterruptedException | RuntimeException failed) {
            assembly.close();
            throw failed;
        }
    }

    private Access addAccess() {
        var tickets = new Tickets(database);
        var guard =
                new Guard(config.tokens(), tickets, log.members(), config.http().allowedOrigins(), clock);
        routes.register(new TicketRoutes(guard, tickets, config.tickets(), clock));
        var purge = closing(new Chore("tickets", TICKET_INTERVAL, () -> tickets.purge(clock.instant())));
        lifecycle.onStart(purge::start);
        return guard;
    }

    private Bus bus() {
        return config.redis() == null
                ? new LocalBus()
                : RedisBus.open(
                        BusOptions.of(config.redis(), config.redisPrefix()), BusMetrics.durable(metrics.registry()));
    }

    private Limits addLimits() {
        var meters = new LimitMetrics(metrics.registry());
        return new Limits(config.limits(), addresses, sharing(meters), meters, System::nanoTime);
    }

    private Sharing sharing(LimitMeters meters) {
        if (config.redis() == null) {
            return Sharing.ALONE;
        }
        var sharing = closing(RedisSharing.open(config.redis(), config.redisPrefix(), meters, journal));
        health.part("limits", sharing::up);
        return sharing;
    }

    private void addWrites() {
        var options = WriteOptions.DEFAULT.withIdempotencyTtl(config.idempotencyTtl());
        var meters = new WriteMetrics(metrics.registry());
        var schemas = new Schemas();
        var lanes = closing(new WriteLanes(log.events(), log.outbox(), bus, AfterCommit.loaded(), options, meters));
        var writes = new Writes(
                access,
                log.contracts(),
                schemas,
                limits::channelWrite,
                lanes,
                ephemeral.signals(),
                addresses,
                options,
                clock,
                meters);
        routes.register(
                new EventRoutes(writes, limits),
                new BatchRoutes(writes, limits, new Broadcasts(log.audit(), addresses)));
        routes.register(new Management(
                access,
                accessWatch,
                bus,
                log.channels(),
                log.members(),
                log.contracts(),
                log.audit(),
                addresses,
                schemas,
                config.tokens().maxTtl(),
                clock));
    }

    private void addCatchup() {
        ReadAccess readers = (request, channel) -> {
            var identity = access.identify(request);
            var standing = access.presume(identity, channel, Capability.READ);
            return new ReadAccess.Granted(identity.channel(channel), new Reader(identity.actor(), standing));
        };
        routes.register(new CatchupRoutes(log.events(), log.contracts(), readers, hubs));
        lifecycle.onDrain(timeout -> hubs.drain());
    }

    private CursorSink addGateway() {
        var gateway = closing(Gateway.of(
                config.node(),
                config.streams().withStreams(mostStreams()),
                new Gateway.Surroundings(
                        hubs,
                        ephemeral.addBoards(),
                        log.events(),
                        log.contracts(),
                        access,
                        accessWatch,
                        limits,
                        bus,
                        database,
                        journal,
                        new StreamMetrics(metrics.registry()))));
        routes.register(gateway.routes());
        lifecycle.onStart(gateway::open);
        lifecycle.onDrain(gateway::drain);
        return ephemeral.addCursors();
    }

    /** A tenth of the connections is kept for everything else, and for telling streams kindly to come back later. */
    private int mostStreams() {
        int connections = config.http().maxConnections();
        return Math.min(config.streams().maxStreams(), connections - Math.ceilDiv(connections, 10));
    }

    private void addRelay() {
        lifecycle.onStart(() -> closing(Relay.start(
                database::dedicated,
                log.events(),
                log.outbox(),
                bus,
                RelayOptions.DEFAULT,
                new RelayMetrics(metrics.registry()),
                clock)));
    }

    private void addChores() {
        var epoch = closing(new Chore("log-epoch", EPOCH_INTERVAL, log.epoch()::observe));
        var retention = closing(new Chore("retention", RETENTION_INTERVAL, log.retention()::sweep));
        lifecycle.onStart(epoch::start);
        lifecycle.onStart(retention::start);
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
            database.all().query("SELECT 1", row -> 1);
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
        lifecycle.drain(config.drain().timeout());
    }

    /** Closes all parts, the last made first; goes on when one fails to. */
    @Override
    public void close() {
        health.phase(Health.Phase.DRAINING);
        lifecycle.close();
    }

    private <T extends AutoCloseable> T closing(T part) {
        return lifecycle.closing(part);
    }

    private byte[] logKey() {
        return Optional.ofNullable(config.logKey())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> new SecureRandom().generateSeed(32));
    }
}
