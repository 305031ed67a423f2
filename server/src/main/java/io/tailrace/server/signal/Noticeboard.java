package io.tailrace.server.signal;

import io.tailrace.server.bus.Audience;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The notices of one channel on one node, for all its streams: the latest about each thing, bounded as {@link Priority}
 * says. Nothing is kept per reader but how far it has read.
 *
 * <p>Protocol: {@code lock} guards what is posted. Readers never take it: they read {@link #view}, which a {@linkplain
 * #publish tick} makes anew. Notices get their numbers, consecutive within their priority, in that tick: what was
 * replaced before it was shown counts for nobody. What was shown and is gone leaves a gap in the numbers, by which a
 * reader knows how many it missed. Changes of the member list bring their own numbers.
 */
final class Noticeboard {

    /** A notice as readers see it. @param stamp of the showing with which it came: larger than of any before, on any board */
    record Shown(long number, long stamp, Notice notice) {}

    /**
     * What readers see.
     *
     * @param shown ascending by number, by priority
     * @param last the last number given, by priority
     */
    record View(Map<Priority, List<Shown>> shown, Map<Priority, Long> last) {

        static final View EMPTY = new View(Map.of(), Map.of());

        List<Shown> of(Priority priority) {
            return shown.getOrDefault(priority, List.of());
        }

        long last(Priority priority) {
            return last.getOrDefault(priority, 0L);
        }
    }

    /** A notice and since when it is here. */
    private static final class Posted {
        private final Notice notice;
        private final long at;
        private long number;
        private long stamp;

        Posted(Notice notice, long at, long number) {
            this.notice = notice;
            this.at = at;
            this.number = number;
        }
    }

    private static final long UNNUMBERED = -1;

    private final LongSupplier nanos;
    private final LongSupplier stamps;
    private final Audience<NoticeReader> readers = new Audience<>();
    private final Object lock = new Object();

    // Empty on most boards, for ever: then nothing is made for them.
    private Map<Priority, LinkedHashMap<Object, Posted>> posted = Map.of();
    private Map<Priority, Long> last = Map.of();
    private long bytes;
    private volatile View view = View.EMPTY;
    private volatile @Nullable MemberList members;

    /** @param stamps gives that of the showing at hand, above 0 */
    Noticeboard(LongSupplier nanos, LongSupplier stamps) {
        this.nanos = nanos;
        this.stamps = stamps;
    }

    View view() {
        return view;
    }

    Audience<NoticeReader> readers() {
        return readers;
    }

    /** The channel's member list; null: it has none, or it is not known yet. */
    @Nullable
    MemberList members() {
        return members;
    }

    /** The member list is known from now on; changes of it are posted with {@link #post(Notice, long)}. */
    void members(MemberList list) {
        members = list;
    }

    /** Takes a notice, to be shown with the next tick; whether it is news. */
    boolean post(Notice notice) {
        return post(notice, UNNUMBERED);
    }

    /** The same with a number of its own, above all before. */
    boolean post(Notice notice, long number) {
        synchronized (lock) {
            if (posted.isEmpty()) {
                posted = new EnumMap<>(Priority.class);
                last = new EnumMap<>(Priority.class);
            }
            var same = posted.computeIfAbsent(notice.priority(), any -> new LinkedHashMap<>());
            Object key = notice.key() == null ? new Object() : notice.key();
            var older = same.get(key);
            if (older != null && older.notice.order() > notice.order()) {
                return false;
            }
            remove(same, key);
            same.put(key, new Posted(notice, nanos.getAsLong(), number));
            bytes += notice.weight();
            makeRoom();
            return true;
        }
    }

    private void remove(Map<Object, Posted> from, Object key) {
        var gone = from.remove(key);
        bytes -= gone == null ? 0 : gone.notice.weight();
    }

    private void makeRoom() {
        for (Priority priority : Priority.DROPPED) {
            var some = posted.getOrDefault(priority, new LinkedHashMap<>());
            while (bytes > Priority.BOARD_BYTES && !some.isEmpty() && size() > 1) {
                var oldest = some.firstEntry();
                number(priority, oldest.getValue());
                remove(some, oldest.getKey());
            }
        }
    }

    private int size() {
        return posted.values().stream().mapToInt(Map::size).sum();
    }

    /** Shows what was posted. */
    void publish() {
        synchronized (lock) {
            if (posted.isEmpty()) {
                return;
            }
            long stamp = stamps.getAsLong();
            var shown = new EnumMap<Priority, List<Shown>>(Priority.class);
            posted.forEach((priority, some) -> {
                var list = new ArrayList<Shown>(some.size());
                for (Posted each : some.values()) {
                    number(priority, each);
                    each.stamp = each.stamp == 0 ? stamp : each.stamp;
                    list.add(new Shown(each.number, each.stamp, each.notice));
                }
                if (!list.isEmpty()) {
                    shown.put(priority, List.copyOf(list));
                }
            });
            view = new View(shown, new EnumMap<>(last));
        }
    }

    private void number(Priority priority, Posted each) {
        long before = last.getOrDefault(priority, 0L);
        if (each.number == UNNUMBERED) {
            each.number = before + 1;
        }
        last.put(priority, Math.max(before, each.number));
    }

    /** Takes down what has been here for its time, and posts what follows it; whether there is anything to show. */
    boolean expire() {
        synchronized (lock) {
            long now = nanos.getAsLong();
            var follow = new ArrayList<Notice>();
            boolean any = false;
            for (var entry : posted.entrySet()) {
                long keeps = entry.getKey().keeps().toNanos();
                var some = entry.getValue();
                while (!some.isEmpty() && now - some.firstEntry().getValue().at >= keeps) {
                    var gone = some.firstEntry().getValue().notice;
                    remove(some, some.firstEntry().getKey());
                    any = true;
                    if (gone.expired() instanceof byte[] json) {
                        follow.add(Notice.of(gone.priority(), gone.key(), gone.order(), gone.event(), json));
                    }
                }
            }
            follow.forEach(this::post);
            return any;
        }
    }

    /** Whether nothing is posted. */
    boolean isEmpty() {
        synchronized (lock) {
            return size() == 0;
        }
    }

    long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }
}
