package io.tailrace.server.gateway;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream from its first frame to its end. One virtual thread, the one that serves its request, runs {@link #run}: it
 * gathers what is pending into one buffer, writes it, and sleeps until there is more or a time has come.
 *
 * <p>Protocol: everything belongs to that thread, except {@code leaveAt} (a drain sets it), {@code departed} (the connection does), and what {@link Session} and
 * {@link Ready} say about themselves. Others have it do things by {@link Ready#add(Runnable)}.
 */
final class LiveStream implements Guest {

    /** How long credentials go on past their end: clocks differ. */
    private static final Duration LEEWAY = Duration.ofSeconds(2);

    private static final Duration NOTICE = Duration.ofMinutes(1);
    private static final Duration RETRY_LEAST = Duration.ofMillis(1_000);
    private static final Duration RETRY_MOST = Duration.ofMillis(3_000);

    private final GatewayParts parts;
    private final StreamId id;
    private final StreamRequest request;
    private final Opening opening;
    private final Session session;
    private final ConnectionWriter writer;
    private final SseBuffer buffer = new SseBuffer();
    private final long recycleAt;
    private volatile @Nullable Long leaveAt;
    private volatile boolean ended;
    private volatile boolean departed;
    private long wroteAt;
    private @Nullable Instant noticed;
    private boolean toldAway;

    LiveStream(GatewayParts parts, StreamId id, StreamRequest request, Opening opening, ConnectionWriter writer) {
        this.parts = parts;
        this.id = id;
        this.request = request;
        this.opening = opening;
        this.session = opening.session();
        this.writer = writer;
        var options = parts.options();
        this.wroteAt = parts.pace().now();
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
        return session.describe(id.toString(), request.heartbeat());
    }

    @Override
    public void leaveAt(long nanos) {
        leaveAt = nanos;
        session.ready().wake();
    }

    /** The client has left; any thread. */
    void departed() {
        departed = true;
        wake();
    }

    @Override
    public void wake() {
        session.ready().wake();
    }

    @Override
    public ConnectionWriter writer() {
        return writer;
    }

    @Override
    public @Nullable String checkpoint() {
        return session.progress().held();
    }

    /** Serves until the end; says why it came. */
    EndCause run() {
        try {
            buffer.retry(parts.pace().between(RETRY_LEAST, RETRY_MOST).toMillis());
            flush();
            opening.start();
            opening.firstCheckpoint();
            session.open(buffer, describe(), opening.asked());
            return serve();
        } catch (PutOff | LogUnavailable later) {
            return EndCause.PUT_OFF;
        } catch (InterruptedException stopping) {
            return EndCause.DRAINED;
        } catch (ConnectionWriter.ConnectionGone gone) {
            return writer.wasCut() ? EndCause.STALLED : EndCause.CLIENT_LEFT;
        } finally {
            ended = true;
            session.ready().runTasks();
        }
    }

    private EndCause serve() throws ConnectionWriter.ConnectionGone, InterruptedException {
        while (true) {
            session.ready().runTasks();
            boolean more = session.pull(buffer, GatewayOptions.BATCH_BYTES);
            long now = parts.pace().now();
            notices(now);
            var end = end(now);
            flush();
            if (end != null) {
                return end;
            }
            if (!more) {
                session.ready().await(idleFor(now));
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void flush() throws ConnectionWriter.ConnectionGone {
        if (!buffer.isEmpty()) {
            writer.write(buffer.array(), buffer.size());
            parts.meters().sent(buffer.size());
            buffer.clear();
            wroteAt = parts.pace().now();
        }
    }

    /** Frames that are not about events. */
    private void notices(long now) {
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
            frame("degraded", new Payloads.Degraded(Map.of(), away ? "away" : "back"));
        }
        var expiry = session.identity().expiresAt();
        if (!expiry.equals(noticed) && until(expiry.minus(NOTICE)) == 0) {
            noticed = expiry;
            frame("auth.expiring", new Payloads.AuthExpiring(expiry));
        }
        if (buffer.isEmpty() && now - wroteAt >= request.heartbeat().toNanos()) {
            frame("heartbeat", new Payloads.Heartbeat(parts.pace().clock().instant()));
        }
    }

    /** Why it has to end now, with the frame that says so; null: it goes on. */
    private @Nullable EndCause end(long now) {
        if (departed) {
            buffer.clear();
            return EndCause.CLIENT_LEFT;
        }
        if (session.over()) {
            frame("end", new Payloads.End("revoked"));
            return EndCause.REVOKED;
        }
        if (until(session.identity().expiresAt().plus(LEEWAY)) == 0) {
            frame("end", new Payloads.End("expired"));
            return EndCause.EXPIRED;
        }
        var leave = leaveAt;
        if (leave != null && now - leave >= 0) {
            reconnect();
            return EndCause.DRAINED;
        }
        if (now - recycleAt >= 0) {
            reconnect();
            return EndCause.RECYCLED;
        }
        return null;
    }

    private void reconnect() {
        long after = parts.pace().between(Duration.ofMillis(100), RETRY_LEAST).toMillis();
        buffer.retry(after, "reconnect", JsonCodec.writeBytes(new Payloads.Reconnect(after)));
    }

    private void frame(String event, Object data) {
        buffer.frame(event, null, JsonCodec.writeBytes(data));
    }

    private long idleFor(long now) {
        Identity identity = session.identity();
        var expiry = identity.expiresAt();
        long nanos = wroteAt + request.heartbeat().toNanos() - now;
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
