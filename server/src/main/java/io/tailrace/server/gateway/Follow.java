package io.tailrace.server.gateway;

import io.tailrace.log.Head;
import io.tailrace.server.hub.Frame;
import io.tailrace.server.hub.Tail;
import io.tailrace.server.signal.Drops;
import io.tailrace.server.signal.NoticeReader;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a stream: its hold on the hub and its cursor.
 *
 * <p>Protocol: the stream's thread owns everything but {@code queued} (whoever wakes), and {@code rightLost}, which is
 * set once by whoever rechecks rights. The stream reads {@code rightLost} after it pulled frames and before it sends
 * them: a hub releases an event only once the recheck that it calls for is over, so the flag is there in time.
 */
final class Follow implements Tail.Reader, AutoCloseable {

    private static final AtomicIntegerFieldUpdater<Follow> QUEUED =
            AtomicIntegerFieldUpdater.newUpdater(Follow.class, "queued");

    private static final AtomicLongFieldUpdater<Follow> SEQ = AtomicLongFieldUpdater.newUpdater(Follow.class, "seq");

    private final ChannelId channel;
    private final Ready ready;
    /** 1 while it is in {@link Ready}. */
    private volatile int queued;

    /** {@link Ready}'s: the follow that was added before this one, or is looked at after it. */
    @Nullable
    Follow below;

    private final Tail tail;
    private final NoticeReader notices;
    private volatile boolean noticed = true;
    private volatile boolean rightLost;
    private volatile long seq;
    private volatile Payloads.Status status = Payloads.Status.LIVE;
    private volatile boolean held;
    private @Nullable Head lost;
    private boolean dropped;
    private boolean unknown;
    private boolean ahead;
    private volatile @Nullable Head untold;
    private List<Frame> page = List.of();

    Follow(ChannelId channel, GatewayParts parts, Ready ready) {
        this(channel, parts, ready, false);
    }

    private Follow(ChannelId channel, GatewayParts parts, Ready ready, boolean held) {
        this.channel = channel;
        this.ready = ready;
        this.held = held;
        this.tail = parts.hubs().attach(channel, this);
        this.notices = parts.boards().attach(channel, this::notice);
    }

    /** One that the stream does not look at before it is {@linkplain #release released}: it is not its channel yet. */
    static Follow held(ChannelId channel, GatewayParts parts, Ready ready) {
        return new Follow(channel, parts, ready, true);
    }

    ChannelId channel() {
        return channel;
    }

    ChannelName name() {
        return channel.name();
    }

    /** The stream may look here from now on. */
    void release() {
        held = false;
        wake();
    }

    /** Has the stream look here; any thread, never blocks. */
    @Override
    public void wake() {
        if (!held && QUEUED.compareAndSet(this, 0, 1)) {
            ready.add(this);
        }
    }

    private void notice() {
        noticed = true;
        wake();
    }

    /** Whether there may be notices to hand on; false until there are new ones. */
    boolean takeNoticed() {
        if (!noticed) {
            return false;
        }
        noticed = false;
        return true;
    }

    /** Is told of the channel's member list, beginning with the whole of it; before it is released. */
    void tellMembers(boolean wanted) {
        notices.members(wanted);
    }

    /** The client knows the member list. */
    void knowsMembers() {
        notices.knowsMembers();
    }

    /** A client that polls is back: what it knows of the moment, as {@link #knownMembers} said it. */
    void knowsMembers(int digest) {
        notices.knowsMembers(digest);
    }

    /** What the client knows of the member list. */
    int knownMembers() {
        return notices.knownMembers();
    }

    /** It was told all that is of the moment up to this showing of this node's boards. */
    void toldUpTo(long showing) {
        notices.toldUpTo(showing);
        notice();
    }

    /** The client polls, and will be back in a moment. */
    void comesBack() {
        notices.comesBack();
    }

    /** Hands on what is of the moment. @return false when there is more than about {@code budget} bytes */
    boolean takeNotices(FrameSink sink, int budget, Drops drops) {
        return notices.take(notice -> sink.frame(notice.event(), null, notice.json()), budget, drops);
    }

    /** Taken from the queue: news from now on queue it again. */
    void taken() {
        queued = 0;
    }

    /** The last event that was sent, or that the stream starts after. */
    long seq() {
        return seq;
    }

    /** Where it stands, or will once it was told what it has to be told; any thread. */
    Payloads.Followed describe() {
        var head = untold;
        return new Payloads.Followed(head == null ? seq : head.seq(), status);
    }

    Optional<Head> head(Duration timeout) throws InterruptedException {
        return tail.head(timeout);
    }

    /** Starts after {@code at}. */
    void startAfter(long at) {
        seq = at;
        wake();
    }

    /** Has to be told {@code snapshot.required}; {@code seq} stays what a position says meanwhile. */
    void stale(Head head, long at) {
        seq = at;
        untold = head;
        status = Payloads.Status.SNAPSHOT_REQUIRED;
        wake();
    }

    /** The same, and no position can say where it is. */
    void unknown(Head head) {
        stale(head, 0);
        unknown = true;
        page = List.of();
    }

    /** It is told of a new log before its hub has heard of it: the hub's own word for it is then no news. */
    void ahead() {
        ahead = true;
    }

    /** Whether what the hub says now was told already; true once. */
    boolean wasAhead() {
        boolean was = ahead;
        ahead = false;
        return was;
    }

    /** What it has to be told; null: nothing. Any thread. */
    @Nullable
    Head untold() {
        return untold;
    }

    boolean isUnknown() {
        return unknown;
    }

    /** It was told: it goes on live after the head. */
    void synced(Head head) {
        seq = head.seq();
        untold = null;
        unknown = false;
        page = List.of();
        status = Payloads.Status.LIVE;
    }

    /** What to send next, from the page at hand or the hub's ring; never blocks. */
    Tail.Next next(int epoch, int maxBytes) {
        return page.isEmpty() ? tail.next(epoch, seq, maxBytes) : new Tail.Next.Frames(page, true);
    }

    /** A page from the log; blocks, throws {@link io.tailrace.log.LogUnavailable}. */
    Tail.Next replay(int epoch) {
        status = Payloads.Status.REPLAY;
        return tail.replay(epoch, seq);
    }

    /** Its hub says that the log is of another epoch; the log has to be asked. */
    void lost(Head head) {
        lost = head;
    }

    /** What its hub said so, once. */
    @Nullable
    Head takeLost() {
        var head = lost;
        lost = null;
        return head;
    }

    /** {@code frame} was handed on. */
    void sent(Frame frame) {
        SEQ.lazySet(this, frame.seq()); // whoever describes it may see it a moment later
    }

    /** What of a page did not fit the batch. */
    void keep(List<Frame> rest) {
        page = rest;
    }

    boolean hasPage() {
        return !page.isEmpty();
    }

    /** Nothing more at the moment. */
    void caughtUp() {
        if (status != Payloads.Status.LIVE) {
            status = Payloads.Status.LIVE;
        }
    }

    boolean replaying() {
        return status == Payloads.Status.REPLAY;
    }

    /** The right to read is gone; any thread. */
    void loseRight() {
        rightLost = true;
        wake();
    }

    boolean rightLost() {
        return rightLost;
    }

    /** Sends nothing any more, but stays in positions, so that they fit the request's list. */
    void drop() {
        dropped = true;
        untold = null;
        unknown = false;
        page = List.of();
        close();
    }

    boolean dropped() {
        return dropped;
    }

    /** The log is another one: nothing of a dropped channel is known in it. */
    void forget() {
        seq = 0;
    }

    @Override
    public void close() {
        tail.close();
        notices.close();
    }
}
