package io.tailrace.server.gateway;

import io.helidon.webserver.http.HttpService;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.postgres.Database;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.http.Journal;
import io.tailrace.server.hub.Hubs;
import io.tailrace.server.limit.Limits;
import io.tailrace.server.signal.Noticeboards;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The streams of one node: their routes, their drain, and what runs beside them. */
public final class Gateway implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(20);

    private final GatewayOptions options;
    private final StreamRegistry registry;
    private final Checkpointer checkpointer;
    private final Watchdog watchdog;
    private final SocketLoop loop;
    private final StreamRoutes routes;
    private final Bus.Subscription served;

    /** What the other rooms give to streams. */
    public record Surroundings(
            Hubs hubs,
            Noticeboards boards,
            EventLog log,
            Contracts contracts,
            Access access,
            AccessChanges changes,
            Limits limits,
            Bus bus,
            Database database,
            Journal journal,
            StreamMeters meters) {}

    private Gateway(String node, GatewayOptions options, Surroundings around, Pace pace) {
        this.options = options;
        this.registry = new StreamRegistry(options.maxStreams(), pace);
        this.checkpointer = new Checkpointer(new CheckpointTable(around.database()), around.meters(), around.journal());
        this.watchdog = new Watchdog(registry, pace, options.writeTimeout());
        var parts = new GatewayParts(
                node,
                options,
                around.hubs(),
                around.boards(),
                around.log(),
                around.contracts(),
                around.access(),
                new TenantRights(around.access(), around.changes()),
                checkpointer,
                around.meters(),
                pace);
        var reach = new Reach(node, new StreamControl(parts, registry), around.bus());
        this.loop = new SocketLoop(pace.nanos());
        this.routes = new StreamRoutes(parts, registry, reach, around.journal(), around.limits(), loop);
        this.served = reach.serve();
        around.meters().active(registry::active);
        watchdog.start();
        loop.start();
    }

    /** Makes the gateway of {@code node}. Its routes put streams off until it is {@linkplain #open opened}. */
    public static Gateway of(String node, GatewayOptions options, Surroundings around) {
        return new Gateway(node, options, around, Pace.system());
    }

    /** For tests, which bring their own time. */
    static Gateway of(String node, GatewayOptions options, Surroundings around, Pace pace) {
        return new Gateway(node, options, around, pace);
    }

    /** Lets streams in: the schema is there. */
    public void open() {
        checkpointer.start(registry::checkpoints, registry::wakeAll);
        registry.open();
    }

    /** {@code /v1/stream} and {@code /v1/streams}. */
    public HttpService routes() {
        return routes;
    }

    /** Has every stream look at the time: for tests that move it. */
    void wakeAll() {
        registry.wakeAll();
    }

    /** Alarms that are kept for streams: for tests. */
    int alarms() {
        return loop.alarms();
    }

    /** Streams and polls that are open. */
    public int active() {
        return registry.active();
    }

    /**
     * Lets nobody in any more, sends every stream away with a {@code reconnect}, at an even pace over
     * {@link GatewayOptions#spread}, and cuts what is still there at {@link GatewayOptions#drainDeadline} or after
     * {@code limit}, whichever is first. Blocks until all are gone, or that time is over.
     */
    public void drain(Duration limit) {
        var deadline = limit.compareTo(options.drainDeadline()) < 0 ? limit : options.drainDeadline();
        long started = System.nanoTime();
        var spread = options.spread(registry.active());
        registry.sendAway(spread.compareTo(deadline) < 0 ? spread : deadline.dividedBy(2));
        while (registry.active() > 0 && System.nanoTime() - started < deadline.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        watchdog.cut(Duration.ZERO);
    }

    @Override
    public void close() {
        served.close();
        watchdog.close();
        loop.close();
        checkpointer.close();
    }
}
