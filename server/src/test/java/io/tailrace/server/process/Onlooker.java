package io.tailrace.server.process;

import io.tailrace.server.SseReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A live stream of one channel from now on, which is never opened again: notes what it missed, and how and when it ended.
 * One thread of its own writes the fields; the test reads them.
 */
final class Onlooker implements AutoCloseable {

    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final String channel;
    private final String user;
    private final SseReader stream;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private volatile long seq;
    private volatile long signalled;
    private volatile long endedAt;

    /** Opens it at a node, or what stands in front of one. */
    Onlooker(URI node, String channel, String user, String token) {
        this.channel = channel;
        this.user = user;
        this.stream = SseReader.open(node.resolve("/v1/stream?channel=" + channel), token);
        this.seq = Long.parseLong(Objects.requireNonNull(stream.named("open").id()));
        Thread.ofVirtual().name("onlooker-" + user).start(this::read);
    }

    private void read() {
        try {
            for (var frame = stream.unchecked(SILENCE); frame.isPresent(); frame = stream.unchecked(SILENCE)) {
                take(frame.get());
            }
        } catch (AssertionError silent) {
            faults.add(silent.getMessage());
        }
        endedAt = System.nanoTime();
    }

    private void take(SseReader.Frame frame) {
        if (frame.durable()) {
            long next = Long.parseLong(Objects.requireNonNull(frame.id()));
            if (next != seq + 1) {
                faults.add(next + " after " + seq);
            }
            seq = next;
        } else if (frame.event() != null) {
            told.add(frame.event());
            if (frame.event().equals("signal")) {
                signalled = Client.json(String.valueOf(frame.data()))
                        .at("/data/sent")
                        .asLong();
            }
        }
    }

    String channel() {
        return channel;
    }

    String user() {
        return user;
    }

    /** The last event that came. */
    long seq() {
        return seq;
    }

    /** What the last signal that came says of when it was sent; 0: none came. */
    long signalled() {
        return signalled;
    }

    /** Names of the frames that were no events. */
    List<String> told() {
        return List.copyOf(told);
    }

    /** Events that came twice, out of order or after a gap. */
    List<String> faults() {
        return new ArrayList<>(faults);
    }

    boolean ended() {
        return endedAt != 0;
    }

    /** When it ended, as {@link System#nanoTime} has it; 0: it is open. */
    long endedAt() {
        return endedAt;
    }

    @Override
    public String toString() {
        return user + " of " + channel;
    }

    @Override
    public void close() {
        stream.close();
    }
}
