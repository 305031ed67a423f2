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
    private static final Duration LEEWAY = Duration.ofSeconds(2);

    private static final Duration NOTICE = Duration.ofMinutes(1);
    private static final Duration RETRY_LEAST = Duration.ofMillis(1_000);
    private static final Duration RETRY_MOST = Duration.ofMillis(3_000);

    private final GatewayParts parts;
    private final StreamId id;
    private final Duration heartbeat;
    private final Session session;
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
    private EndCause cause = EndCause.FAULT;

    LiveStream(GatewayParts parts, StreamId id, Duration heartbeat, Session session, ConnectionWriter writer) {
        this.parts = parts;
        this.id = id;
        this.heartbeat = heartbeat;
        this.session = session;
        this.writer = writer;
        var options = parts.options();
        this.wroteAt = parts.pace().now();
        this.lookAt = wroteAt;
        this.recycleAt = wroteAt
                + parts.pace()
                        .between(options.recycleMin(), options.recycleMax())
                        .toNanos();
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
        return session.describe(id.toString(), heartbeat);
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
        buffer.retry(parts.pace().between(RETRY_LEAST, RETRY_MOST).toMillis());
        flush(buffer);
        opening.start();
        opening.firstCheckpoint();
        session.open(buffer, describe(), opening.asked());
        flush(buffer);
    }

    /** Does what is to be done now; blocks only where the writer does. Not while that is {@link ConnectionWriter#behind}. */
    Step step(SseBuffer buffer) throws ConnectionWriter.ConnectionGone {
        boolean look = session.ready().runTasks();
        var pulled = session.pull(buffer, GatewayOptions.BATCH_BYTES);
        boolean more = pulled != Session.Pulled.MORE && session.takeNotices(buffer, GatewayOptions.BATCH_BYTES);
        long now = parts.pace().now();
        if (look || attention || now - lookAt >= 0 || session.wantsALook()) {
            attention = false;
            if (lookAround(now, buffer)) {
                flush(buffer);
                return Step.ENDED;
            }
        }
        flush(buffer);
        return switch (pulled) {
            case ALL -> more ? Step.AGAIN : Step.IDLE;
            case MORE -> Step.AGAIN;
            case LOG -> Step.LOG;
        };
    }

    /** Reads from the log what the next step needs; blocks. */
    void consult() {
        session.consult();
    }

    /** When an idle stream wants its next step, in {@link Pace#nanos}. */
    long lookAt() {
        return lookAt;
    }

    /** Why it ended. */
    EndCause cause() {
        return cause;
    }

    /** It is over: nobody drives it any more. */
    void end() {
        ended = true;
        session.ready().runTasks();
    }

    private void flush(SseBuffer buffer) throws ConnectionWriter.ConnectionGone {
        if (!buffer.isEmpty()) {
            int size = buffer.size();
            writer.write(buffer);
            parts.meters().sent(size);
            buffer.clear();
            wroteAt = parts.pace().now();
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
        }
        boolean away = parts.checkpointer().databaseAway();
        if (away != toldAway) {
            toldAway = away;
            frame(buffer, "degraded", new Payloads.Degraded(Map.of(), away ? "away" : "back"));
        }
        var expiry = session.identity().expiresAt();
        if (!expiry.equals(noticed) && until(expiry.minus(NOTICE)) == 0) {
            noticed = expiry;
            frame(buffer, "auth.expiring", new Payloads.AuthExpiring(expiry));
        }
        if (buffer.isEmpty() && now - wroteAt >= heartbeat.toNanos()) {
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
        if (until(session.identity().expiresAt().plus(LEEWAY)) == 0) {
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
        long nanos = (writes ? now : wroteAt) + heartbeat.toNanos() - now;
        nanos = Math.min(nanos, recycleAt - now);
        var leave = leaveAt;
        nanos = Math.min(nanos, leave == null ? Long.MAX_VALUE : leave - now);
        nanos = Math.min(nanos, session.progress().dueIn(now));
        nanos = Math.min(nanos, session.postponedFor(now));
        nanos = Math.min(nanos, expiry.equals(noticed) ? Long.MAX_VALUE : until(expiry.minus(NOTICE)));
        return Math.min(nanos, until(expiry.plus(LEEWAY)));
    }

    /** Nanoseconds until {@code time}, 0 when it has come. */
    private long until(Instant time) {
        var left = Duration.between(parts.pace().clock().instant(), time);
        return left.isNegative() ? 0 : left.toDays() > 1 ? Long.MAX_VALUE : left.toNanos();
    }
}
