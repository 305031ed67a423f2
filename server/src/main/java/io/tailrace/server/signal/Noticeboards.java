package io.tailrace.server.signal;

import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.wire.ChannelId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The noticeboards of this node, one for each channel that streams read.
 *
 * <p>Protocol: a board is made, given readers and taken down inside {@code places.compute} of its channel. The bus's
 * thread posts; one thread, which does nothing else, shows what was posted and wakes the readers: the first notice after
 * a quiet time at once, the rest gathered for {@link #TICK}. So a channel wakes each reader so many times per second at
 * most, and a flood costs durable events none of their threads.
 */
public final class Noticeboards implements AutoCloseable {

    /** From one showing of a board to the next at least. */
    static final Duration TICK = Duration.ofMillis(50);

    private static final Duration EXPIRY = Duration.ofMillis(500);

    /** How long a board waits for a reader that {@linkplain NoticeReader#comesBack comes back}. */
    static final Duration LINGER = Duration.ofSeconds(10);

    /** Boards past which none waits for anybody. */
    static final int MOST_WAITING = 20_000;

    private final EphemeralBus bus;
    private final MemberFeed feed;
    private final SignalMeters meters;
    private final ConcurrentMap<ChannelId, Place> places = new ConcurrentHashMap<>();
    private final int run = new SecureRandom().nextInt();

    /** The last showing that readers can see; written by the one thread that shows. */
    private volatile long showings;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("noticeboards").factory(), (task, ended) -> {});

    private Noticeboards(EphemeralBus bus, MemberFeed feed, SignalMeters meters) {
        this.bus = bus;
        this.feed = feed;
        this.meters = meters;
    }

    /** Opens the boards of a node; none listens before somebody reads it. */
    public static Noticeboards open(EphemeralBus bus, MemberFeed feed, SignalMeters meters) {
        var boards = new Noticeboards(bus, feed, meters);
        var unused = boards.thread.scheduleWithFixedDelay(
                boards::expire, EXPIRY.toMillis(), EXPIRY.toMillis(), TimeUnit.MILLISECONDS);
        return boards;
    }

    /**
     * Reads the board of a channel from now on; never blocks.
     *
     * @param wake run whenever there may be more; must be quick and never block
     */
    public NoticeReader attach(ChannelId channel, Runnable wake) {
        var made = new NoticeReader[1];
        var place = places.compute(channel, (id, present) -> {
            var current = present == null ? new Place(id) : present;
            made[0] = new NoticeReader(current.board, wake, reader -> leave(current, reader), current::followMembers);
            current.board.readers().add(made[0]);
            return current;
        });
        place.listen();
        return made[0];
    }

    private void leave(Place place, NoticeReader reader) {
        if (reader.isBackSoon() && places.size() <= MOST_WAITING) {
            place.waitsUntil = System.nanoTime() + LINGER.toNanos();
        }
        place.board.readers().remove(reader);
        takeDown(place);
    }

    /** Unless it has readers, or waits for some. */
    private void takeDown(Place place) {
        var left = places.computeIfPresent(
                place.channel,
                (id, present) ->
                        present == place && place.board.readers().isEmpty() && place.waitsUntil - System.nanoTime() <= 0
                                ? null
                                : present);
        if (left != place) {
            place.close();
        }
    }

    /** A random number of this run of this node, without which {@link #showings} means nothing. */
    public int run() {
        return run;
    }

    /** A number that grows with each showing; whoever reads it and then takes notices has all that were shown up to it. */
    public long showings() {
        return showings;
    }

    /** Boards at the moment. */
    public int size() {
        return places.size();
    }

    private void expire() {
        for (Place place : places.values()) {
            place.expire();
            if (place.board.readers().isEmpty()) {
                takeDown(place);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        places.values().forEach(Place::close);
        places.clear();
    }

    /** A board and what feeds it. */
    private final class Place implements EphemeralBus.Listener, MemberFeed.Listener, AutoCloseable {

        private final ChannelId channel;
        private final Noticeboard board = new Noticeboard(System::nanoTime, () -> showings + 1);
        private final AtomicBoolean due = new AtomicBoolean();
        private volatile long waitsUntil = System.nanoTime();
        private volatile long shownAt = System.nanoTime() - TICK.toNanos();
        private Bus.@Nullable Subscription listening;
        private MemberFeed.@Nullable Following members;
        private boolean closed;

        Place(ChannelId channel) {
            this.channel = channel;
        }

        synchronized void listen() {
            if (listening == null && !closed) {
                listening = bus.subscribe(channel, EphemeralBus.Topic.NEWS, this);
            }
        }

        synchronized void followMembers() {
            if (members == null && !closed) {
                members = feed.follow(channel, this);
            }
        }

        @Override
        public void message(byte[] message) {
            Notices.decode(message).ifPresent(news -> {
                switch (news) {
                    case Notices.Message.Told(Notice notice) -> {
                        if (board.post(notice)) {
                            tick();
                        }
                    }
                    case Notices.Message.MembersChanged() -> feed.changed(channel);
                }
            });
        }

        /** What the list was meanwhile is not known. */
        @Override
        public void confirmed() {
            feed.changed(channel);
        }

        @Override
        public void known(MemberList list) {
            board.members(list);
            tick();
        }

        @Override
        public void changed(long number, Notice notice) {
            board.post(notice, number);
            tick();
        }

        private void tick() {
            if (due.compareAndSet(false, true)) {
                long wait = shownAt + TICK.toNanos() - System.nanoTime();
                var unused = thread.schedule(this::show, wait, TimeUnit.NANOSECONDS);
            }
        }

        private void show() {
            due.set(false);
            shownAt = System.nanoTime();
            board.publish();
            showings = showings + 1; // first: a poll that is woken would be told the same again the next time
            meters.shown(board.readers().size());
            board.readers().forEach(NoticeReader::wake);
        }

        private void expire() {
            if (!board.isEmpty() && board.expire()) {
                tick();
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (listening != null) {
                listening.close();
            }
            if (members != null) {
                members.close();
            }
        }
    }
}
