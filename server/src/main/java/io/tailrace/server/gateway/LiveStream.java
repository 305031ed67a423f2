package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream from its first frame to its end: {@link #open}ed by the thread that serves its request, then driven by {@link
 * #step}s. Each gathers what is pending into a buffer and hands it to the writer. Who steps, and how it waits, is the
 * driver's matter: {@link BlockingDriver} is the request's own thread, {@link SocketDriver} whoever brings news.
 *
 * <p>Protocol: everything belongs to whoever drives, one thread at a time, except {@code leaveAt} (a drain sets it),
 * {@code departed} (the connection does), {@code attention}, and what {@link Session} and {@link Ready} say about
 * themselves. Others have it do things by {@link Ready#add(Runnable)}. Events alone need no look at the time: a step
 * {@linkplain #lookAround looks around} when somebody asks for {@code attention}, or {@code lookAt} has come.
 */
final class LiveStream implements Guest {

    /** What a step came to. */
    enum Step {
        /** There may be more to do at once. */
        AGAIN,
        /** The log has to be {@linkplain #consult consulted} before it goes on. */
        LOG,
        /** There is nothing to do before it is woken, or {@link #lookAt} has come. */
        IDLE,
        /** It is over: see {@link #cause}. */
        ENDED
    }

    /** How long credentials go on past their end: clocks differ. */
    static final Duration LEEWAY = Duration.ofSeconds(2);

    /** How long before that end it is announced. */
    static final Duration NOTICE = Duration.ofMinutes(1);

    private static final Duration RETRY_LEAST = Duration.ofMillis(1_000);
    private static final Duration RETRY_MOST = Duration.ofMillis(3_000);

    private final GatewayParts parts;
    private final StreamId id;
    private final Delivery delivery;
    private final Session session;

    /** Null: what there is goes out at once, as nearly always. */
    private final @Nullable Gathering gathering;

    /** Null: it is not compressed. */
    private final @Nullable Gzip gzip;

    private final long recycleAt;
    private volatile ConnectionWriter writer;
    private volatile @Nullable Long leaveAt;
    private volatile boolean ended;
    private volatile boolean departed;
    private volatile boolean attention;
    private long lookAt;
    private long wroteAt;
    private @Nullable Instant noticed;
    private boolean toldAway;

    /** Whether something was said that does not wait. */
    private boolean attended;

    private EndCause cause = EndCause.FAULT;

    /** @param gzip compresses it, until it is over; null: nobody does */
    LiveStream(
            GatewayParts parts,
            StreamId id,
            Delivery delivery,
            Session session,
            ConnectionWriter writer,
            @Nullable Gzip gzip) {
        this.parts = parts;
        this.id = id;
        this.delivery = delivery;
        this.session = session;
        this.writer = writer;
        this.gzip = gzip;
        this.gathering = delivery.window().isZero()
                ? null
                : new Gathering(delivery.window().toNanos());
        this.wroteAt = parts.pace().now();
        this.lookAt = wroteAt;
        this.recycleAt = wroteAt + delivery.life(parts.pace(), parts.options()).toNanos();
    }

    StreamId id() {
        return id;
    }

    Session session() {
        return session;
    }

    /** Whether it is over, so that nothing will be done for it any more; any thread. */
    boolean ended() {
        return ended;
    }

    Payloads.Open describe() {
        long window = delivery.window().toMillis();
        return new Payloads.Open(
                id.toString(),
                parts.node(),
                session.progress().standing(),
                delivery.heartbeat().toMillis(),
                window == 0 ? null : window,
                delivery.compat() ? true : null,
                gzip == null ? null : true,
                session.identity().expiresAt());
    }

    @Override
    public Identity identity() {
        return session.identity();
    }

    @Override
    public void leaveAt(long nanos) {
        leaveAt = nanos;
        wake();
    }

    /** The client has left; any thread. */
    void departed() {
        departed = true;
        wake();
    }

    boolean hasDeparted() {
        return departed;
    }

    @Override
    public void wake() {
        attention = true;
        session.ready().wake();
    }

    @Override
    public ConnectionWriter writer() {
        return writer;
    }

    /** Writes by another writer from now on. */
    void writer(ConnectionWriter other) {
        writer = other;
    }

    @Override
    public @Nullable String checkpoint() {
        return session.progress().held();
    }

    /**
     * Everything up to the {@code open} frame; blocks.
     *
     * @throws PutOff when it cannot start just now
     * @throws io.tailrace.log.LogUnavailable likewise
     */
    void open(Opening opening, SseBuffer buffer) throws ConnectionWriter.ConnectionGone, InterruptedException {
        buffer.padding(delivery.padding());
        buffer.retry(parts.pace().between(RETRY_LEAST, RETRY_MOST).toMillis());
        flush(buffer);
        opening.start();
        opening.firstCheckpoint();
        session.open(buffer, describe(), opening.asked());
        flush(buffer);
    }

    /** Does what is to be done now; blocks only where the writer does. Not while that is {@link ConnectionWriter#behind}. */
    Step step(SseBuffer shared) throws ConnectionWriter.ConnectionGone {
        boolean look = session.ready().runTasks();
        var buffer = gathering == null ? shared : gathering.frames();
        int budget = gathering == null ? GatewayOptions.BATCH_BYTES : Gathering.MOST_BYTES;
        var pulled = session.pull(buffer, budget);
        boolean more = pulled != Session.Pulled.MORE && session.takeNotices(buffer, budget);
        long now = parts.pace().now();
        if (look || attention || now - lookAt >= 0 || session.wantsALook()) {
            attention = false;
            if (lookAround(now, buffer)) {
                finish(buffer);
                return Step.ENDED;
            }
        }
        if (gathering == null || more || buffer.size() >= budget || !waits(gathering, now)) {
            flush(buffer);
        }
        return switch (pulled) {
            case ALL -> more ? Step.AGAIN : Step.IDLE;
            case MORE -> Step.AGAIN;
            case LOG -> Step.LOG;
        };
    }

    /** Whether what has gathered goes on to wait. */
    private boolean waits(Gathering gathered, long now) {
        boolean urgent = session.takeUrgent() | attended;
        attended = false;
        return gathered.holds(now) && !urgent;
    }

    /** Reads from the log what the next step needs; blocks. */
    void consult() {
        session.consult();
    }

    /** When an idle stream wants its next step, in {@link Pace#nanos}, but for what it gathers. */
    long lookAt() {
        return lookAt;
    }

    /** What it holds back, for drivers to keep its time; null: nothing, ever. */
    @Nullable
    Gathering gathering() {
        return gathering;
    }

    /** Why it ended. */
    EndCause cause() {
        return cause;
    }

    /** It is over: nobody drives it any more. */
    void end() {
        ended = true;
        session.ready().runTasks();
        if (gzip != null) {
            gzip.close();
        }
    }

    private void flush(SseBuffer buffer) throws ConnectionWriter.ConnectionGone {
        if (!buffer.isEmpty()) {
            if (gzip != null) {
                gzip.pack(buffer);
            }
            send(buffer);
            wroteAt = parts.pace().now();
            if (gathering != null) {
                gathering.gone();
            }
        }
    }

    private void send(SseBuffer buffer) throws ConnectionWriter.ConnectionGone {
        int size = buffer.size();
        writer.write(buffer);
        parts.meters().sent(size);
        buffer.clear();
    }

    /** Writes the last of it. */
    private void finish(SseBuffer buffer) throws ConnectionWriter.ConnectionGone {
        if (gzip == null) {
            flush(buffer);
        } else if (!departed) {
            gzip.pack(buffer);
            gzip.end(buffer);
            send(buffer);
        }
    }

    /** Everything that is not about events; says whether it is over. */
    private boolean lookAround(long now, SseBuffer buffer) {
        notices(now, buffer);
        var end = end(now, buffer);
        if (end != null) {
            cause = end;
            return true;
        }
        lookAt = now + idleFor(now, !buffer.isEmpty());
        return false;
    }

    /** Frames that are not about events. */
    private void notices(long now, SseBuffer buffer) {
        var progress = session.progress();
        if (progress.dueIn(now) == 0) {
            progress.save(now, saved -> {});
        }
        if (progress.reopens()) {
            session.open(buffer, describe(), null);
            progress.reopened();
            attended = true;
        }
        boolean away = parts.checkpointer().databaseAway();
        if (away != toldAway) {
            toldAway = away;
            frame(buffer, "degraded", new Payloads.Degraded(Map.of(), away ? "away" : "back"));
        }
        var expiry = session.identity().expiresAt();
        if (!expiry.equals(noticed) && parts.pace().until(expiry.minus(NOTICE)) == 0) {
            noticed = expiry;
            frame(buffer, "auth.expiring", new Payloads.AuthExpiring(expiry));
            attended = true;
        }
        if (buffer.isEmpty() && now - wroteAt >= delivery.heartbeat().toNanos()) {
            frame(
                    buffer,
                    "heartbeat",
                    new Payloads.Heartbeat(parts.pace().clock().instant()));
        }
    }

    /** Why it has to end now, with the frame that says so; null: it goes on. */
    private @Nullable EndCause end(long now, SseBuffer buffer) {
        if (departed) {
            buffer.clear();
            return EndCause.CLIENT_LEFT;
        }
        if (session.over()) {
            frame(buffer, "end", new Payloads.End("revoked"));
            return EndCause.REVOKED;
        }
        if (parts.pace().until(session.identity().expiresAt().plus(LEEWAY)) == 0) {
            frame(buffer, "end", new Payloads.End("expired"));
            return EndCause.EXPIRED;
        }
        var leave = leaveAt;
        if (leave != null && now - leave >= 0) {
            reconnect(buffer);
            return EndCause.DRAINED;
        }
        if (now - recycleAt >= 0) {
            reconnect(buffer);
            return EndCause.RECYCLED;
        }
        return null;
    }

    private void reconnect(SseBuffer buffer) {
        long after = parts.pace().between(Duration.ofMillis(100), RETRY_LEAST).toMillis();
        buffer.retry(after, "reconnect", JsonCodec.writeBytes(new Payloads.Reconnect(after)));
    }

    private static void frame(SseBuffer buffer, String event, Object data) {
        buffer.frame(event, null, JsonCodec.writeBytes(data));
    }

    private long idleFor(long now, boolean writes) {
        Identity identity = session.identity();
        var expiry = identity.expiresAt();
        long nanos = (writes ? now : wroteAt) + delivery.heartbeat().toNanos() - now;
        nanos = Math.min(nanos, recycleAt - now);
        var leave = leaveAt;
        nanos = Math.min(nanos, leave == null ? Long.MAX_VALUE : leave - now);
        nanos = Math.min(nanos, session.progress().dueIn(now));
        nanos = Math.min(nanos, session.postponedFor(now));
        nanos = Math.min(
                nanos, expiry.equals(noticed) ? Long.MAX_VALUE : parts.pace().until(expiry.minus(NOTICE)));
        return Math.min(nanos, parts.pace().until(expiry.plus(LEEWAY)));
    }
}
