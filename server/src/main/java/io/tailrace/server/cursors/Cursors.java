package io.tailrace.server.cursors;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.access.Together;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.cursors.Cursor.Owner;
import io.tailrace.server.http.Duplex;
import io.tailrace.server.signal.CursorSink;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The cursors of this node: a canvas for each channel that has sockets here.
 *
 * <p>Protocol: rooms are made, entered and left inside {@code rooms.compute} of their channel. One thread ticks: it tells
 * other nodes what changed here, in one message per channel, and wakes the sockets; the first move after a quiet time at
 * once, the rest every {@link CursorOptions#tick}. Nothing is done where nothing moves.
 */
public final class Cursors implements Stays, CursorSink, AutoCloseable {

    /** Sockets of one channel on one node. */
    static final int MAX_SOCKETS = 1_000;

    /** Sockets of one user in one channel on one node. */
    static final int MAX_OF_USER = 8;

    private static final System.Logger LOG = System.getLogger(Cursors.class.getName());
    private static final Duration SWEEP = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofMillis(20);

    /** What the other rooms give. */
    public record Surroundings(Access access, AccessChanges changes, EphemeralBus bus, CursorMeters meters) {}

    private final String node;
    private final String run = UUID.randomUUID().toString();
    private final CursorOptions options;
    private final InstantSource clock;
    private final Surroundings around;
    private final ConcurrentMap<ChannelId, Room> rooms = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, AutoCloseable> tenants = new ConcurrentHashMap<>();
    private final AtomicInteger active = new AtomicInteger();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("cursor-ticks").factory(), (task, ended) -> {});
    private volatile boolean draining;

    private Cursors(String node, CursorOptions options, Surroundings around, InstantSource clock) {
        this.node = node;
        this.options = options;
        this.around = around;
        this.clock = clock;
    }

    /** Opens the cursors of {@code node}. */
    public static Cursors open(String node, CursorOptions options, Surroundings around, InstantSource clock) {
        var cursors = new Cursors(node, options, around, clock);
        around.meters().active(cursors.active::get);
        var unused = cursors.thread.scheduleWithFixedDelay(
                cursors::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        return cursors;
    }

    /**
     * Lets one more socket in, and hears from now on what changes its right. Places are not kept: of those that ask at
     * the same moment a few may come in past the bounds.
     *
     * @throws Refusal 429 when there are too many, 503 when the node stops
     */
    void admit(Identity identity, ChannelId channel) {
        if (draining) {
            throw new Refusal(Problem.of(ProblemType.UNAVAILABLE).retryAfter(Duration.ofSeconds(1)));
        }
        var room = rooms.get(channel);
        if (room != null
                && (room.sockets().size() >= MAX_SOCKETS
                        || room.of(identity.user()).size() >= MAX_OF_USER)) {
            throw new Refusal(Problem.of(ProblemType.RATE_LIMITED, "there are too many cursor sockets")
                    .retryAfter(Duration.ofSeconds(5)));
        }
        listen(identity.tenant());
    }

    /** Hears of the tenant's access changes. @return whether it did not until now, and may have missed one */
    private boolean listen(String name) {
        boolean[] made = new boolean[1];
        tenants.computeIfAbsent(name, tenant -> {
            made[0] = true;
            return around.changes().listen(tenant, () -> recheck(tenant));
        });
        return made[0];
    }

    private void sweep() {
        try {
            rooms.values().forEach(Room::sweep);
            rooms.values().stream().filter(Room::isEmpty).forEach(this::closeIfEmpty);
            forgetTenants();
        } catch (RuntimeException fault) { // or nothing would ever be swept again
            LOG.log(System.Logger.Level.ERROR, "cursors could not be swept", fault);
        }
    }

    private void forgetTenants() {
        for (String tenant : tenants.keySet()) {
            tenants.computeIfPresent(tenant, (name, listening) -> {
                if (rooms.keySet().stream().anyMatch(channel -> channel.tenant().equals(name))) {
                    return listening;
                }
                close(listening);
                return null;
            });
        }
    }

    private static void close(AutoCloseable listening) {
        try {
            listening.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "a listener could not be removed", e);
        }
    }

    private Room room(ChannelId channel) {
        var canvas = new Canvas(node, run, System::nanoTime, clock);
        return new Room(channel, canvas, options.tick(), around.bus(), around.meters(), thread);
    }

    /** Serves a socket to its end; says why that came. */
    CloseCode serve(Identity identity, ChannelId channel, Duplex connection) {
        var made = new CursorSocket[1];
        var room = rooms.compute(channel, (id, present) -> {
            var current = present == null ? room(id) : present;
            made[0] = new CursorSocket(identity, id, current.canvas(), this, connection);
            current.sockets().add(made[0]);
            return current;
        });
        room.listen();
        active.incrementAndGet();
        try {
            if (listen(identity.tenant())) {
                recheckFirst(made[0]);
            }
            return made[0].serve();
        } finally {
            active.decrementAndGet();
            leave(room, made[0]);
        }
    }

    private void recheckFirst(CursorSocket socket) {
        try {
            recheck(socket);
        } catch (LogUnavailable away) {
            socket.close(CloseCode.GOING_AWAY); // it comes back once rights can be asked for
        }
    }

    private void leave(Room room, CursorSocket socket) {
        room.sockets().remove(socket);
        var owner = socket.owner();
        boolean another =
                room.sockets().stream().anyMatch(other -> other.owner().equals(owner));
        if (!another && room.canvas().move(owner, Json.NULL) != Canvas.Moved.IGNORED) {
            room.tick();
        }
        closeIfEmpty(room);
    }

    private void closeIfEmpty(Room room) {
        var left = rooms.computeIfPresent(
                room.channel(), (id, present) -> present == room && room.isEmpty() ? null : present);
        if (left != room) {
            thread.execute(room::close); // behind the tick that tells that the last one has left
        }
    }

    @Override
    public void move(CursorSocket socket, Json position) {
        move(socket.channel(), socket.owner(), position);
    }

    private void move(ChannelId channel, Owner owner, Json position) {
        var room = rooms.get(channel);
        if (room != null) {
            var moved = room.canvas().move(owner, position);
            if (moved != Canvas.Moved.IGNORED) {
                around.meters().moved(moved == Canvas.Moved.MERGED);
                room.tick();
            }
        }
    }

    @Override
    public void point(ChannelId channel, String user, @Nullable String device, Json position) {
        if (position.bytes() > Cursor.MAX_BYTES) {
            return;
        }
        var room = rooms.compute(channel, (id, present) -> {
            var current = present == null ? room(id) : present;
            current.point(new Owner(user, device), position);
            return current;
        });
        room.listen();
    }

    @Override
    public Identity identified(CursorSocket socket, String token) {
        var before = socket.identity();
        var fresh = around.access().identify(token);
        boolean same = fresh.tenant().equals(before.tenant())
                && fresh.user().equals(before.user())
                && Objects.equals(fresh.actor().device(), before.actor().device());
        if (!same) {
            throw new Refusal(ProblemType.FORBIDDEN, "the token is somebody else's");
        }
        return fresh;
    }

    @Override
    public void recheck(CursorSocket socket) {
        var name = socket.channel().name();
        if (around.access()
                .standings(socket.identity(), List.of(name), Capability.CURSORS)
                .isEmpty()) {
            socket.close(CloseCode.FORBIDDEN);
        }
    }

    /** Ends the sockets that have lost their right; one that cannot be asked about fails, and all are asked again. */
    private void recheck(String tenant) {
        Together.run(rooms.values().stream()
                .filter(room -> room.channel().tenant().equals(tenant))
                .flatMap(room -> room.sockets().stream())
                .map(socket -> () -> recheck(socket)));
    }

    @Override
    public boolean fresh(CursorSocket socket) {
        return around.changes().fresh(socket.channel().tenant());
    }

    @Override
    public CursorOptions options() {
        return options;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void sent(int cursors) {
        around.meters().sent(cursors);
    }

    /** Lets nobody in any more, and sends every socket away, spread over half of {@code limit}; blocks until all are gone. */
    public void drain(Duration limit) {
        draining = true;
        long now = System.nanoTime();
        var random = ThreadLocalRandom.current();
        for (Room room : rooms.values()) {
            for (CursorSocket socket : room.sockets()) {
                socket.leaveAt(now + random.nextLong(1 + limit.toNanos() / 2));
            }
        }
        while (active.get() > 0 && System.nanoTime() - now < limit.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    @Override
    public void close() {
        draining = true;
        rooms.values().forEach(room -> room.sockets().forEach(socket -> socket.close(CloseCode.GOING_AWAY)));
        thread.shutdownNow();
        rooms.values().forEach(Room::close);
        tenants.values().forEach(Cursors::close);
    }
}
