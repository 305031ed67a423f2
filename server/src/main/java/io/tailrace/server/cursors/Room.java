package io.tailrace.server.cursors;

import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.bus.EphemeralBus.Topic;
import io.tailrace.server.cursors.Cursor.Owner;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A channel's canvas on this node, its sockets, and what feeds it. Any thread; {@link #sweep} and the ticks are the ticking
 * thread's.
 */
final class Room implements EphemeralBus.Listener {

    /** How long a position stays that came without a socket. */
    private static final Duration BRIEF = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Room.class.getName());

    private final ChannelId channel;
    private final Canvas canvas;
    private final Duration tick;
    private final EphemeralBus bus;
    private final CursorMeters meters;
    private final ScheduledExecutorService thread;
    private final Set<CursorSocket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<Owner, Long> brief = new ConcurrentHashMap<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile long tickedAt;
    private Bus.@Nullable Subscription listening;
    private boolean closed;

    /** @param tick from one frame to the next at least */
    Room(
            ChannelId channel,
            Canvas canvas,
            Duration tick,
            EphemeralBus bus,
            CursorMeters meters,
            ScheduledExecutorService thread) {
        this.channel = channel;
        this.canvas = canvas;
        this.tick = tick;
        this.bus = bus;
        this.meters = meters;
        this.thread = thread;
        this.tickedAt = System.nanoTime() - tick.toNanos();
    }

    ChannelId channel() {
        return channel;
    }

    Canvas canvas() {
        return canvas;
    }

    Set<CursorSocket> sockets() {
        return sockets;
    }

    /** Whether nobody is here, with a socket or without. */
    boolean isEmpty() {
        return sockets.isEmpty() && brief.isEmpty();
    }

    List<CursorSocket> of(String user) {
        return sockets.stream()
                .filter(socket -> socket.identity().user().equals(user))
                .toList();
    }

    synchronized void listen() {
        if (listening == null && !closed) {
            listening = bus.subscribe(channel, Topic.CURSORS, this);
        }
    }

    @Override
    public void message(byte[] message) {
        try {
            if (canvas.heard(JsonCodec.read(message, Cursor.Told.class))) {
                tick();
            }
        } catch (JsonFault ofAnotherVersion) {
            LOG.log(System.Logger.Level.DEBUG, "cursors of another form", ofAnotherVersion);
        }
    }

    /** A position that came without a socket, and fades. */
    void point(Owner owner, Json position) {
        brief.put(owner, System.nanoTime());
        if (canvas.move(owner, position) != Canvas.Moved.IGNORED) {
            tick();
        }
    }

    /** Has what changed shown: at once after a quiet time, else when the tick is over. */
    void tick() {
        if (due.compareAndSet(false, true)) {
            long wait = tickedAt + tick.toNanos() - System.nanoTime();
            var unused = thread.schedule(this::show, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void show() {
        due.set(false);
        tickedAt = System.nanoTime();
        publish(canvas.news());
        sockets.forEach(CursorSocket::wake);
    }

    private void publish(byte @Nullable [] message) {
        if (message != null) {
            bus.offer(channel, Topic.CURSORS, message);
            meters.published();
        }
    }

    /** Takes down what has faded, repeats what is here, and forgets nodes that are silent. */
    void sweep() {
        long now = System.nanoTime();
        brief.forEach((owner, at) -> {
            if (now - at >= BRIEF.toNanos() && brief.remove(owner, at)) {
                canvas.move(owner, Json.NULL);
                tick();
            }
        });
        publish(canvas.repeat());
        if (canvas.sweep()) {
            tick();
        }
    }

    synchronized void close() {
        closed = true;
        if (listening != null) {
            listening.close();
        }
    }
}
