package io.tailrace.server.cursors;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.server.cursors.Cursor.Owner;
import io.tailrace.server.http.Duplex;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One socket, from its first message to its end.
 *
 * <p>Protocol: the connection's thread {@linkplain #serve reads}; a thread beside it writes, and blocks while the client is
 * slow: what changes meanwhile is in the next frame, so that nothing is kept for a slow client but how far it was sent.
 * Whoever wants something of the writer sets {@code closing}, {@code pong} or {@code expiring} and wakes it. The reader
 * looks every {@link #LOOK} whether it is time to end, or to say that it soon will be: credentials, silence, a write that is
 * stuck. While it is not known who may be here, neither hands anything on: the latest position waits in {@code pending},
 * what others do in the canvas.
 */
final class CursorSocket {

    private static final Duration LOOK = Duration.ofMillis(500);

    /** When it looks again whether it is known who may be here. */
    private static final Duration SOON = Duration.ofMillis(100);

    private static final Duration LEEWAY = Duration.ofSeconds(2);

    /** How long before its credentials end a client is told. */
    private static final Duration NOTICE = Duration.ofMinutes(1);

    /** How long a client has to answer a close frame. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /** Messages, and parts of them, in a second past which a client is not one of ours: many times as many as make sense. */
    private static final int FLOOD = 500;

    private static final long NOTHING = Long.MIN_VALUE;

    private final ChannelId channel;
    private final Canvas canvas;
    private final Stays stays;
    private final Duplex connection;
    private final Frames frames;
    private final Thread writer = Thread.ofVirtual().name("cursors").unstarted(this::write);

    private volatile Identity identity;
    private volatile @Nullable CloseCode closing;
    private volatile byte @Nullable [] pong;
    private volatile @Nullable Instant expiring;
    private volatile boolean woken;
    private volatile boolean written;
    private volatile long writingSince = NOTHING;
    private volatile long leaveAt = Long.MAX_VALUE;

    // The reader's.
    private long heardAt;
    private long secondBegan;
    private int inSecond;
    private @Nullable Instant noticed;
    private @Nullable Json pending;

    CursorSocket(Identity identity, ChannelId channel, Canvas canvas, Stays stays, Duplex connection) {
        this.identity = identity;
        this.channel = channel;
        this.canvas = canvas;
        this.stays = stays;
        this.connection = connection;
        this.frames = new Frames(connection);
    }

    /** Any thread. */
    Identity identity() {
        return identity;
    }

    ChannelId channel() {
        return channel;
    }

    Canvas canvas() {
        return canvas;
    }

    Owner owner() {
        return new Owner(identity.user(), identity.actor().device());
    }

    /** Has the writer look; any thread. */
    void wake() {
        woken = true;
        LockSupport.unpark(writer);
    }

    /** Ends it; any thread. The first reason counts. */
    void close(CloseCode code) {
        if (closing == null) {
            closing = code;
            wake();
        }
    }

    /** Ends it at this time of {@link System#nanoTime}; any thread. */
    void leaveAt(long nanos) {
        leaveAt = nanos;
    }

    /** Serves it to its end, and says why that came; a failure is told to the client before it is thrown. */
    CloseCode serve() {
        heardAt = System.nanoTime();
        secondBegan = heardAt;
        writer.start();
        try {
            close(read());
        } catch (RuntimeException fault) {
            close(CloseCode.FAULT);
            throw fault;
        } finally {
            farewell();
        }
        return Objects.requireNonNull(closing);
    }

    private CloseCode read() {
        try {
            while (closing == null) {
                var end = timely();
                if (end != null) {
                    return end;
                }
                point();
                try {
                    var incoming = frames.next((int) (pending == null ? LOOK : SOON).toMillis());
                    if (incoming == null || incoming instanceof Frames.Incoming.Close) {
                        return CloseCode.NORMAL;
                    }
                    take(incoming);
                } catch (SocketTimeoutException quiet) {
                    // looks around again
                }
            }
            return CloseCode.NORMAL;
        } catch (Violation violation) {
            return violation.code();
        } catch (IOException gone) {
            return CloseCode.NORMAL;
        }
    }

    /** Whether it is time to end; null: it is not. */
    private @Nullable CloseCode timely() {
        long now = System.nanoTime();
        long since = writingSince;
        var options = stays.options();
        if (now - heardAt >= options.silence().toNanos()
                || since != NOTHING && now - since >= options.writeTimeout().toNanos()) {
            connection.abort();
            return CloseCode.STALLED;
        }
        if (stays.clock().instant().isAfter(identity.expiresAt().plus(LEEWAY))) {
            return CloseCode.EXPIRED;
        }
        giveNotice();
        return leaveAt != Long.MAX_VALUE && now - leaveAt >= 0 ? CloseCode.GOING_AWAY : null;
    }

    /** Once for each end of credentials: those that are renewed may end soon, too. */
    private void giveNotice() {
        var expiry = identity.expiresAt();
        if (!expiry.equals(noticed) && !stays.clock().instant().isBefore(expiry.minus(NOTICE))) {
            noticed = expiry;
            expiring = expiry;
            wake();
        }
    }

    private void take(Frames.Incoming incoming) throws Violation {
        long now = System.nanoTime();
        if (!(incoming instanceof Frames.Incoming.Part)) {
            heardAt = now;
        }
        if (now - secondBegan >= Duration.ofSeconds(1).toNanos()) {
            secondBegan = now;
            inSecond = 0;
        }
        if (++inSecond > FLOOD) {
            throw new Violation(CloseCode.POLICY);
        }
        switch (incoming) {
            case Frames.Incoming.Text(String text) -> said(Cursor.Said.parse(text));
            case Frames.Incoming.Ping(byte[] payload) -> {
                pong = payload;
                wake();
            }
            case Frames.Incoming.Pong() -> {}
            case Frames.Incoming.Close(), Frames.Incoming.Part() -> {}
        }
    }

    private void said(Cursor.Said said) throws Violation {
        var token = said.token();
        if (token != null) {
            renew(token);
        } else {
            pending = said.at();
            point();
        }
    }

    /** Hands on where its client points now, as soon as it is known that it still may. */
    private void point() {
        var at = pending;
        if (at != null && closing == null && stays.fresh(this)) {
            pending = null;
            stays.move(this, at);
        }
    }

    private void renew(String token) throws Violation {
        try {
            identity = stays.identified(this, token);
            stays.recheck(this); // a change before this line has seen the old one
        } catch (Refusal refused) {
            throw new Violation(refused.problem().status() == 403 ? CloseCode.FORBIDDEN : CloseCode.EXPIRED);
        } catch (LogUnavailable away) {
            throw new Violation(CloseCode.GOING_AWAY); // it comes back once rights can be asked for
        }
    }

    private void farewell() {
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            writer.join(FAREWELL);
            while (written && System.nanoTime() - end < 0) {
                if (connection.read((int) LOOK.toMillis()) == null) {
                    return;
                }
            }
        } catch (IOException gone) {
            // has it already
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            connection.abort();
        }
    }

    // The writer

    private void write() {
        try {
            long seen = 0;
            long pingAt = System.nanoTime() + stays.options().ping().toNanos();
            while (closing == null) {
                woken = false;
                tellExpiry();
                answerPing();
                boolean fresh = stays.fresh(this);
                seen = fresh ? writeNews(seen) : seen;
                if (System.nanoTime() - pingAt >= 0) {
                    send(Frames.ping());
                    pingAt = System.nanoTime() + stays.options().ping().toNanos();
                }
                long until = fresh ? pingAt : Math.min(pingAt, System.nanoTime() + SOON.toNanos());
                while (!woken && closing == null && System.nanoTime() - until < 0) {
                    LockSupport.parkNanos(this, until - System.nanoTime());
                }
            }
            var code = closing;
            if (code != null && code != CloseCode.STALLED) {
                send(Frames.close(code));
                written = code != CloseCode.NORMAL;
            }
        } catch (IOException gone) {
            close(CloseCode.NORMAL);
            connection.abort();
        }
    }

    private void answerPing() throws IOException {
        var payload = pong;
        if (payload != null) {
            pong = null;
            send(Frames.pong(payload));
        }
    }

    private void tellExpiry() throws IOException {
        var expiry = expiring;
        if (expiry != null) {
            expiring = null;
            send(Frames.text(Cursor.Expiring.json(expiry)));
        }
    }

    /** @return up to which version it has been sent */
    private long writeNews(long seen) throws IOException {
        if (canvas.tooOld(seen)) {
            close(CloseCode.GOING_AWAY); // it comes back and gets everything
            return seen;
        }
        var delta = canvas.since(seen, owner());
        var json = delta.json();
        if (json != null) {
            send(Frames.text(json));
            stays.sent(delta.cursors());
        }
        return delta.version();
    }

    private void send(byte[] frame) throws IOException {
        writingSince = System.nanoTime();
        connection.write(frame);
        writingSince = NOTHING;
    }
}
