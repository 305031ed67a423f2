package io.tailrace.server.hub;

import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.ReadOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What readers missed by more than the ring, read from the log once for all of them. A channel is cut into pages of
 * {@value #PAGE} events, so many that those who come back at once after an outage find what the ring lacks on one page;
 * a page that is not full yet grows when it is asked for more. Where events are large, a page is a window of it, about
 * a megabyte, that moves with who asks. Events never change, so a page is good as long as its hub is what it was.
 *
 * <p>Protocol: a page is looked up, else read by whoever puts the promise into {@code loading} first; everybody else
 * waits for that promise. It is stored before the promise is taken out, so that it is always found in one of the two.
 * {@code lock} guards {@code pages} and {@code bytes}, for memory work only.
 */
final class ReplayPages {

    /** Events on a page. */
    static final int PAGE = 1_000;

    /** Bytes that one answer has at most, unless its first frame alone is larger. */
    static final int ANSWER_BYTES = 256 * 1024;

    private static final int ATTEMPTS = 4;

    private record Key(Hub hub, long incarnation, long number) {

        long before() {
            return number * PAGE;
        }

        long last() {
            return before() + PAGE;
        }
    }

    private sealed interface Loaded {

        /** Consecutive frames, at least one. */
        record Page(List<Frame> frames, long weight) implements Loaded {

            static Page of(List<Frame> frames) {
                return new Page(
                        List.copyOf(frames),
                        frames.stream().mapToLong(Frame::weight).sum());
            }

            long first() {
                return frames.getFirst().seq();
            }

            long last() {
                return frames.getLast().seq();
            }

            boolean isFull() {
                return weight >= EventLog.NODE_PAGE_BYTES;
            }

            boolean hasNext(long after) {
                return first() <= after + 1 && after + 1 <= last();
            }
        }

        /** The log begins later. */
        record Gone(Head head) implements Loaded {}

        /** The log is not the one that the hub knows. */
        record Other() implements Loaded {}
    }

    private final EventLog log;
    private final LogReads reads;
    private final HubMeters meters;
    private final long maxBytes;
    private final ConcurrentMap<Key, CompletableFuture<Loaded>> loading = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final LinkedHashMap<Key, Loaded.Page> pages = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    ReplayPages(EventLog log, LogReads reads, long maxBytes, HubMeters meters) {
        this.log = log;
        this.reads = reads;
        this.maxBytes = maxBytes;
        this.meters = meters;
    }

    /**
     * Frames after {@code after}, which is below the head of {@code view}; none above that head, for what is up to it
     * may be delivered. Blocks.
     */
    Tail.Next replay(Hub hub, View view, long after) {
        var key = new Key(hub, view.incarnation(), after / PAGE);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (after < view.floor()) {
                return new Tail.Next.Lost(view.ends());
            }
            switch (load(key, view, after)) {
                case Loaded.Page page
                when page.hasNext(after) -> {
                    return answer(page, after, view.head());
                }
                case Loaded.Page ignored -> {}
                case Loaded.Gone(Head head)
                when head.floor() > after -> {
                    return new Tail.Next.Lost(new Head(view.epoch(), view.head(), head.floor(), view.accessEpoch()));
                }
                case Loaded.Gone ignored -> {}
                case Loaded.Other ignored -> {
                    var unused = hub.doubt(); // the audit makes the hub begin anew, and wakes the reader either way
                    return View.NOTHING;
                }
            }
        }
        throw new LogUnavailable("the log does not give what it has", new IllegalStateException("after " + after));
    }

    private static Tail.Next answer(Loaded.Page page, long after, long head) {
        int from = (int) (after + 1 - page.first());
        int end = (int) (Math.min(page.last(), head) + 1 - page.first());
        long weight = page.frames().get(from).weight();
        int to = from + 1;
        while (to < end && weight + page.frames().get(to).weight() <= ANSWER_BYTES) {
            weight += page.frames().get(to++).weight();
        }
        return new Tail.Next.Frames(page.frames().subList(from, to), true);
    }

    private Loaded load(Key key, View view, long after) {
        Loaded.Page page = cached(key);
        if (page != null && page.hasNext(after)) {
            meters.pageHit();
            return page;
        }
        var promise = new CompletableFuture<Loaded>();
        var other = loading.putIfAbsent(key, promise);
        if (other == null) {
            Loaded.Page come = cached(key);
            if (come != null && come.hasNext(after)) {
                finish(key, promise, come, null);
            } else {
                var unused = reads.submit(() -> read(key, view, after, come))
                        .whenComplete((loaded, failure) -> finish(key, promise, loaded, failure));
            }
        }
        try {
            return (other == null ? promise : other).join();
        } catch (CompletionException e) {
            throw new LogUnavailable("a page could not be read", e.getCause() == null ? e : e.getCause());
        }
    }

    private void finish(
            Key key, CompletableFuture<Loaded> promise, @Nullable Loaded loaded, @Nullable Throwable failure) {
        if (loaded instanceof Loaded.Page page) {
            store(key, page);
        }
        loading.remove(key, promise);
        if (loaded != null) {
            promise.complete(loaded);
        } else {
            meters.readFailed();
            promise.completeExceptionally(failure == null ? new IllegalStateException() : failure);
        }
    }

    private Loaded read(Key key, View view, long after, Loaded.@Nullable Page grown) {
        boolean grows = grown != null && !grown.isFull() && grown.first() <= after + 1;
        long from = grown == null || !grows && !grown.isFull()
                ? Math.min(after, Math.max(key.before(), view.floor()))
                : grows ? grown.last() : after;
        var outcome = log.read(key.hub().channel(), from, (int) (key.last() - from));
        if (outcome instanceof ReadOutcome.BelowFloor(Head head) && from < head.floor() && head.floor() <= after) {
            from = head.floor();
            outcome = log.read(key.hub().channel(), from, (int) (key.last() - from));
        }
        return switch (outcome) {
            case ReadOutcome.Page found when found.head().epoch() != view.epoch() -> new Loaded.Other();
            case ReadOutcome.Page found when found.entries().isEmpty() -> new Loaded.Other();
            case ReadOutcome.Page found -> {
                meters.pageRead(found.entries().size());
                yield joined(grows ? grown : null, key, found);
            }
            case ReadOutcome.BelowFloor(Head head) -> new Loaded.Gone(head);
            case ReadOutcome.AboveHead ignored -> new Loaded.Other();
            case ReadOutcome.Forbidden ignored -> throw new IllegalStateException("a read without a reader");
        };
    }

    private static Loaded.Page joined(Loaded.@Nullable Page grown, Key key, ReadOutcome.Page found) {
        String tenant = key.hub().channel().tenant();
        int epoch = found.head().epoch();
        var frames = new ArrayList<Frame>(PAGE);
        if (grown != null) {
            frames.addAll(grown.frames());
        }
        found.entries()
                .forEach(entry -> frames.add(Held.of(tenant, epoch, entry).frame()));
        return Loaded.Page.of(frames);
    }

    private Loaded.@Nullable Page cached(Key key) {
        synchronized (lock) {
            return pages.get(key);
        }
    }

    private void store(Key key, Loaded.Page page) {
        synchronized (lock) {
            drop(pages.remove(key));
            if (page.weight() > maxBytes / 4) {
                return;
            }
            pages.put(key, page);
            bytes += page.weight();
            var oldest = pages.entrySet().iterator();
            while (bytes > maxBytes) {
                drop(oldest.next().getValue());
                oldest.remove();
            }
        }
    }

    private void drop(Loaded.@Nullable Page page) {
        bytes -= page == null ? 0 : page.weight();
    }

    /** Forgets the pages of a hub that has ended. */
    void forget(Hub hub) {
        synchronized (lock) {
            pages.entrySet().removeIf(entry -> {
                boolean gone = entry.getKey().hub() == hub;
                if (gone) {
                    drop(entry.getValue());
                }
                return gone;
            });
        }
    }

    long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }
}
