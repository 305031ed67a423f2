package io.tailrace.server.signal;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets one notice of a key pass per {@link #WINDOW}: the first at once, of those that follow within it the last, at its
 * end. Any thread.
 *
 * <p>Protocol: {@code windows} has an entry while a key's window is open, changed inside {@code compute} only, with the
 * notice that waits for its end. One thread ends windows; a notice goes out inside {@code compute} too, so that those of
 * one key keep their order.
 */
final class Merger implements AutoCloseable {

    /** For how long a notice keeps the next of its key waiting. */
    static final Duration WINDOW = Duration.ofMillis(250);

    /** Windows that are open at most; past it notices pass as they come. */
    static final int MAX_WINDOWS = 50_000;

    private record Key(ChannelId channel, String key) {}

    /** @param next what goes out at its end; null: nothing, and it closes */
    private record Window(@Nullable Notice next) {}

    private final BiConsumer<ChannelId, Notice> out;
    private final SignalMeters meters;
    private final int maxWindows;
    private final ConcurrentMap<Key, Window> windows = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("signal-merger").factory(), (task, ended) -> {});

    Merger(BiConsumer<ChannelId, Notice> out, SignalMeters meters) {
        this(out, meters, MAX_WINDOWS);
    }

    /** For tests, which need not open so many. */
    Merger(BiConsumer<ChannelId, Notice> out, SignalMeters meters, int maxWindows) {
        this.maxWindows = maxWindows;
        this.out = out;
        this.meters = meters;
    }

    /** Tells a notice that has a key, now or at the end of the window. */
    void tell(ChannelId channel, Notice notice) {
        if (notice.key() == null || windows.size() >= maxWindows) {
            out.accept(channel, notice);
            return;
        }
        windows.compute(new Key(channel, notice.key()), (key, open) -> {
            if (open == null) {
                out.accept(channel, notice);
                endLater(key);
                return new Window(null);
            }
            if (open.next() != null) {
                meters.merged();
            }
            return new Window(notice);
        });
    }

    private void endLater(Key key) {
        var unused = thread.schedule(() -> end(key), WINDOW.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(Key key) {
        windows.computeIfPresent(key, (same, open) -> {
            if (open.next() == null) {
                return null;
            }
            out.accept(key.channel(), open.next());
            endLater(key);
            return new Window(null);
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
