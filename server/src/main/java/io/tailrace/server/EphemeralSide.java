package io.tailrace.server;

import io.tailrace.presence.LocalPresence;
import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceRoutes;
import io.tailrace.presence.Rosters;
import io.tailrace.presence.redis.RedisPresence;
import io.tailrace.server.bus.BusOptions;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.bus.LocalEphemeralBus;
import io.tailrace.server.bus.RedisEphemeralBus;
import io.tailrace.server.cursors.CursorOptions;
import io.tailrace.server.cursors.CursorRoutes;
import io.tailrace.server.cursors.Cursors;
import io.tailrace.server.ops.BusMetrics;
import io.tailrace.server.ops.CursorMetrics;
import io.tailrace.server.ops.PresenceMetrics;
import io.tailrace.server.ops.SignalMetrics;
import io.tailrace.server.signal.Attendants;
import io.tailrace.server.signal.BriefRights;
import io.tailrace.server.signal.CursorSink;
import io.tailrace.server.signal.Noticeboards;
import io.tailrace.server.signal.PresenceDoor;
import io.tailrace.server.signal.ReceiptKeeper;
import io.tailrace.server.signal.RosterFeed;
import io.tailrace.server.signal.SignalRoutes;
import io.tailrace.server.signal.Signals;

/** What is of the moment on a node: signals, presence and cursors, over a bus of their own. Made as {@link Assembly} is. */
final class EphemeralSide {

    /** Behind the prefix of the durable bus. */
    private static final String SCOPE = ":x";

    private final Foundation on;
    private final EphemeralBus bus;
    private final SignalMetrics signalMeters;
    private final Signals signals;
    private final BriefRights rights;
    private final PresenceMetrics presenceMeters;
    private final Presence presence;

    EphemeralSide(Foundation foundation) {
        this.on = foundation;
        this.bus = closing(bus());
        this.signalMeters = new SignalMetrics(on.meters());
        this.signals = closing(new Signals(bus, on.clock(), signalMeters));
        this.rights = new BriefRights(on.access(), System::nanoTime);
        this.presenceMeters = new PresenceMetrics(on.meters());
        this.presence = closing(presence());
    }

    private EphemeralBus bus() {
        var config = on.config();
        return config.redis() == null
                ? new LocalEphemeralBus()
                : RedisEphemeralBus.open(
                        BusOptions.of(config.redis(), config.redisPrefix() + SCOPE), BusMetrics.ephemeral(on.meters()));
    }

    private Presence presence() {
        var config = on.config();
        return config.redis() == null
                ? new LocalPresence(config.presence(), on.clock())
                : RedisPresence.open(config.redis(), config.redisPrefix(), config.presence(), presenceMeters);
    }

    Signals signals() {
        return signals;
    }

    /** What streams show of it; for a node that has streams. */
    Noticeboards addBoards() {
        var rosters = closing(new Rosters(presence, on.config().presence(), presenceMeters));
        return closing(Noticeboards.open(bus, new RosterFeed(rosters), signalMeters));
    }

    /** Lets clients show cursors over sockets; where cursors go that come without one. */
    CursorSink addCursors() {
        var meters = new CursorMetrics(on.meters());
        var cursors = closing(Cursors.open(
                on.config().node(),
                CursorOptions.DEFAULT.withTick(on.config().cursorTick()),
                new Cursors.Surroundings(on.access(), on.accessWatch(), bus, meters),
                on.clock()));
        on.routes()
                .register(new CursorRoutes(
                        cursors, on.access(), on.log().contracts(), on.journal(), meters, on.limits()));
        on.lifecycle().onDrain(cursors::drain);
        return cursors;
    }

    /** Lets clients signal, and say how far they have read. */
    void addSignals(CursorSink cursors) {
        var log = on.log();
        var keeper = closing(new ReceiptKeeper(log.receipts(), signals, signalMeters));
        on.routes()
                .register(new SignalRoutes(
                        on.access(), rights, log.contracts(), signals, keeper, log.receipts(), cursors, on.limits()));
        on.lifecycle().onStart(keeper::start);
    }

    /** Lets clients be here. */
    void addPresence() {
        var options = on.config().presence();
        var attendants = closing(
                new Attendants(on.access(), on.accessWatch(), presence, signals, options.ttl(), System::nanoTime));
        var sweep = closing(new Chore("attendants", options.ttl(), attendants::sweep));
        on.lifecycle().onStart(sweep::start);
        var door = new PresenceDoor(on.access(), rights, on.log().contracts(), attendants, on.limits());
        on.routes().register(new PresenceRoutes(presence, options, door, signals::membersChanged));
    }

    private <T extends AutoCloseable> T closing(T part) {
        return on.lifecycle().closing(part);
    }
}
