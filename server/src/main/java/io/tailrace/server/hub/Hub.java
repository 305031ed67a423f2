package io.tailrace.server.hub;

import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.ReadOutcome;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Audience;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.hub.Sequence.Mark;
import io.tailrace.server.hub.Sequence.Need;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hub of one channel on this node.
 *
 * <p>Protocol. {@code lock} guards {@link #sequence} and the flags below it and is held for memory work only: no call
 * leaves the hub under it. Whoever brings news (the bus's thread, an audit, a finished read, the timer, an access change)
 * takes the lock, files the news, lets the sequence advance, publishes the new {@link #view}, notes what the sequence
 * needs, releases the lock; then wakes the readers and starts what is needed. Each need has one flag, so that at most
 * one wait or read for a gap and one request to the access room is under way; whoever ends it advances again and so
 * finds what is needed next. Readers read {@code view} without the lock.
 *
 * <p>Order at the start: subscribe, wait for the confirmation, read the head, live. Without a confirmation in time (the
 * bus is down) the head is read anyway; every confirmation asks for an audit, so that what was published before it is
 * found. A reader registers before it looks at the view, and the view is published before readers are woken: no wake-up
 * is lost.
 */
final class Hub implements Bus.Listener {

    /** Events that one read of a gap brings at most. */
    static final int GAP_PAGE = 500;

    /** Readers that are woken by the thread that brings the news. */
    static final int WAKE_AT_ONCE = 256;

    private static final System.Logger LOG = System.getLogger(Hub.class.getName());
    private static final Duration AUDIT_PAUSE = Duration.ofMillis(20);

    /** What hubs of a node share. */
    record Shared(
            EventLog log,
            Bus bus,
            AccessChanges access,
            LogReads reads,
            Timer timer,
            HubOptions options,
            HubMeters meters,
            Runnable auditSignal,
            Executor waker) {}

    private final ChannelId channel;
    private final Shared shared;
    private final Audience<HubTail> tails = new Audience<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile View view = View.NONE;
    private volatile boolean confirmed;
    private volatile long auditDue;
    private volatile long lastAudit;
    private volatile long idleSince;
    private volatile boolean ended;
    private volatile Bus.@Nullable Subscription subscription;

    private final Object lock = new Object();
    private final Sequence sequence;
    private boolean reading;
    private long accessAsked = -1;
    private long doubted = Long.MAX_VALUE;

    Hub(ChannelId channel, Shared shared) {
        this.channel = channel;
        this.shared = shared;
        this.sequence = new Sequence(shared.options(), shared.meters());
        long now = shared.timer().now();
        this.lastAudit = now - AUDIT_PAUSE.toNanos();
        this.auditDue = now + shared.options().confirmation().toNanos();
        this.idleSince = now;
    }

    ChannelId channel() {
        return channel;
    }

    View view() {
        return view;
    }

    /** Adds a reader; {@link #start} follows. */
    HubTail attach(Tail.Reader reader, ReplayPages pages) {
        var tail = new HubTail(this, pages, shared.meters(), reader);
        tails.add(tail);
        return tail;
    }

    void detach(HubTail tail) {
        if (tails.remove(tail)) {
            idleSince = shared.timer().now();
        }
    }

    /** Subscribes, once. */
    void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        if (!shared.bus().up()) {
            auditSoon();
        }
        var made = shared.bus().subscribe(channel, this);
        subscription = made;
        if (ended) {
            made.close();
        }
    }

    /** Whether nobody has read for so long that the hub may end. */
    boolean idle() {
        return tails.isEmpty()
                && shared.timer().now() - idleSince > shared.options().linger().toNanos();
    }

    /** Ends the subscription; nobody must be able to attach any more. */
    void end() {
        ended = true;
        var current = subscription;
        if (current != null) {
            current.close();
        }
    }

    boolean awaitReady(Duration timeout) throws InterruptedException {
        return ready.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void announced(Announcement announcement) {
        move(state -> state.announced(announcement));
    }

    @Override
    public void confirmed() {
        confirmed = true;
        auditSoon();
    }

    @Override
    public void interrupted() {
        confirmed = false;
        auditSoon();
    }

    /** Files news, advances, publishes, wakes, and starts what is needed. */
    private void move(Consumer<Sequence> news) {
        View before;
        View after;
        Need need;
        synchronized (lock) {
            before = view;
            news.accept(sequence);
            need = claim(sequence.advance(shared.access().applied(channel.tenant())));
            after = sequence.view();
            view = after;
            if (after.audited() >= doubted) {
                doubted = Long.MAX_VALUE;
                before = View.NONE;
            }
        }
        if (after.ready()) {
            ready.countDown();
        }
        if (after.newsAfter(before)) {
            wakeReaders();
        }
        begin(need);
    }

    /** Few readers are woken by whoever brings the news, many by a thread of their own, which joins what has gathered. */
    private void wakeReaders() {
        if (tails.size() <= WAKE_AT_ONCE) {
            tails.forEach(HubTail::wake);
        } else if (waking.compareAndSet(false, true)) {
            shared.waker().execute(() -> {
                waking.set(false);
                tails.forEach(HubTail::wake);
            });
        }
    }

    /** What is to be started for {@code need}, if nobody is at it; under the lock. */
    private Need claim(Need need) {
        return switch (need) {
            case Need.Nothing nothing -> nothing;
            case Need.Audit audit -> audit;
            case Need.Log log -> {
                boolean mine = !reading && !ended;
                reading |= mine;
                yield mine ? log : new Need.Nothing();
            }
            case Need.Access change -> {
                boolean mine = change.epoch() > accessAsked;
                accessAsked = Math.max(accessAsked, change.epoch());
                yield mine ? change : new Need.Nothing();
            }
        };
    }

    private void begin(Need need) {
        switch (need) {
            case Need.Nothing ignored -> {}
            case Need.Audit ignored -> auditIfStarted();
            case Need.Log ignored -> shared.timer().after(shared.options().straggler(), this::readGap);
            case Need.Access change ->
                shared.access().require(channel.tenant(), change.epoch(), () -> accessApplied(change.epoch()));
        }
    }

    private void auditIfStarted() {
        if (view.ready()) {
            auditSoon();
        }
    }

    private void accessApplied(long epoch) {
        move(state -> {
            if (accessAsked == epoch) {
                accessAsked = -1;
            }
        });
    }

    /** Reads what is missing, unless the straggler came; {@code reading} is ours. */
    private void readGap() {
        Mark mark;
        synchronized (lock) {
            var need = sequence.advance(shared.access().applied(channel.tenant()));
            if (!(need instanceof Need.Log) || ended) {
                reading = false;
                mark = null;
            } else {
                mark = sequence.readBegins();
            }
        }
        if (mark == null) {
            move(state -> {});
            return;
        }
        var from = mark;
        CompletableFuture<Consumer<Sequence>> read =
                shared.reads().submit(() -> taken(from, shared.log().read(channel, from.head(), GAP_PAGE)));
        var unused = read.thenAccept(this::gapRead).exceptionally(failure -> {
            LOG.log(System.Logger.Level.DEBUG, "a gap could not be read", failure);
            shared.meters().readFailed();
            shared.timer().after(shared.options().auditUnheard(), this::readGap);
            return null;
        });
    }

    private Consumer<Sequence> taken(Mark mark, ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Page page -> {
                var frames = frames(page);
                shared.meters().gapFetched(frames.size());
                yield state ->
                        state.read(mark, frames, page.head(), shared.access().applied(channel.tenant()));
            }
            case ReadOutcome.BelowFloor(Head head) -> state -> state.missing(mark, head);
            case ReadOutcome.AboveHead(Head head) -> state -> state.missing(mark, head);
            case ReadOutcome.Forbidden ignored -> throw new IllegalStateException("a read without a reader");
        };
    }

    private List<Held> frames(ReadOutcome.Page page) {
        int epoch = page.head().epoch();
        return page.entries().stream()
                .map(entry -> Held.of(channel.tenant(), epoch, entry))
                .toList();
    }

    private void gapRead(Consumer<Sequence> news) {
        boolean[] more = new boolean[1];
        long before = view.head();
        move(state -> {
            news.accept(state);
            var need = state.advance(shared.access().applied(channel.tenant()));
            more[0] = need instanceof Need.Log && state.view().head() > before && !ended;
            reading = more[0];
        });
        if (more[0]) {
            readGap();
        }
    }

    /** Asks for an audit at the next opportunity. */
    void auditSoon() {
        auditDue = shared.timer().now();
        shared.auditSignal().run();
    }

    /** Whether an audit is due. */
    boolean auditDue(long now) {
        return now - auditDue >= 0 && now - lastAudit >= AUDIT_PAUSE.toNanos();
    }

    /** To be called when a read of the heads begins; {@link #audited} or {@link #auditFailed} follows. */
    Mark auditBegins(double spread) {
        long now = shared.timer().now();
        synchronized (lock) {
            lastAudit = now;
            auditDue = now + (long) (interval().toNanos() * spread);
            return sequence.auditBegins();
        }
    }

    private Duration interval() {
        return confirmed && shared.bus().up()
                ? shared.options().audit()
                : shared.options().auditUnheard();
    }

    void audited(Mark mark, Head head) {
        if (confirmed && mark.epoch() == head.epoch() && head.seq() > view.known()) {
            shared.meters().auditFoundMore();
        }
        move(state -> state.audited(mark, head));
    }

    void auditFailed() {
        long retry = shared.timer().now() + shared.options().auditUnheard().toNanos();
        if (retry - auditDue < 0) {
            auditDue = retry;
        }
    }

    /** A position that this hub cannot know: asks the log. Returns the number of an audit that is certain. */
    long doubt() {
        long number;
        synchronized (lock) {
            number = sequence.nextAudit();
            doubted = doubted == Long.MAX_VALUE ? number : Math.max(doubted, number);
        }
        auditSoon();
        return number;
    }
}
