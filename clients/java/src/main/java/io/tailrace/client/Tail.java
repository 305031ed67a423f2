package io.tailrace.client;

import io.tailrace.client.sse.SseFrame;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that brings what all channels have to tell: a stream, and polls where streams do not get through.
 * Opens it while anything is followed, and again whenever it ends, with a wait that grows and is never the same for two
 * clients. All on the loop.
 *
 * <p>A stream that is open and mute is ended; after a few of those in a row, see {@link Passage}, it polls, and probes with
 * growing pauses whether a stream gets through again.
 */
final class Tail implements StreamCall.Sink, Frames.Connection, Polling.Owner {

    /** How long a stream may take until its first frame, in milliseconds; two slow round trips beyond a TLS handshake. */
    static final long OPENS_WITHIN = 20_000;

    /** A stream is mute when nothing came for so many heartbeats, in halves. */
    static final int MUTE_HALF_HEARTBEATS = 5;

    /** A connection so young is of the network as it is now, in milliseconds. */
    private static final long YOUNG = 2_000;

    /** A stream that was open for so long worked, in milliseconds. */
    private static final long STEADY = 5_000;

    /** A silence at which a cut looks like a proxy's limit for idle connections, in milliseconds. */
    private static final long IDLE_CUT = 3_000;

    /** A request that came to nothing after so long was answered, and the answer held back, in milliseconds. */
    private static final long HELD_BACK = 4_000;

    /** Frames that come so long after the first prove that they come through as they are sent, in milliseconds. */
    static final long PROOF = 2_000;

    private final TailParts parts;
    private final Frames frames;
    private final Polling polling;
    private final Watch watch;
    private final StreamToken token;
    private final Replay replay;
    private final Facts facts = new Facts();
    private final Probe probe;
    private final Amendments amendments;
    private final Backoff backoff;
    private final Passage passage = new Passage();
    private final Refusals refusals;

    private @Nullable StreamCall call;
    private @Nullable String stream;
    private @Nullable String node;
    private @Nullable String reason;
    private Loop.Timer retry = () -> {};
    private long retryIn = -1;
    private long began;
    private long openedAt;
    private boolean proven;
    private long asked = -1;
    private long heartbeat;
    private int connecting;

    Tail(TailParts parts) {
        this.parts = parts;
        this.frames = new Frames(parts.roster(), parts.adapter(), this);
        this.polling = new Polling(parts, this);
        this.watch = new Watch(parts.loop(), this::now);
        this.replay = new Replay(parts.loop(), parts.roster());
        this.token = new StreamToken(parts);
        this.probe = new Probe(parts, watch, this::gotThrough, this);
        this.amendments = new Amendments(parts, this);
        this.backoff = new Backoff(parts.random());
        this.refusals = new Refusals(parts, this, facts, backoff, token);
    }

    // What the application and the platform say.

    /** The list of channels is another one. */
    void listChanged() {
        if (parts.roster().isEmpty()) {
            disconnect();
            publish();
        } else if (stream != null) {
            amendments.due();
        } else if (polling.active()) {
            polling.anew();
        } else if (call == null && retryIn < 0) {
            connect();
        }
    }

    void progressChanged() {
        publish();
    }

    void network(boolean up) {
        boolean was = facts.network;
        facts.network = up;
        if (!up) {
            reason = "no network";
            disconnect();
            publish();
            return;
        }
        if (!was) {
            passage.clear();
            parts.requests().anew();
        } else if (call != null && parts.loop().ticks() - began < YOUNG) {
            return;
        }
        now();
    }

    /** Shall it hold a connection at all. */
    void pause(boolean on) {
        boolean was = facts.paused;
        facts.paused = on;
        if (on) {
            disconnect();
            publish();
        } else if (was || call == null || call.silence() > heartbeat) {
            now(); // a connection that spoke a moment ago is kept
        }
    }

    /** What there is of a connection is not to be relied on: begins anew, without waiting. */
    void now() {
        disconnect();
        backoff.reset();
        connect();
    }

    void close() {
        facts.closed = true;
        disconnect();
        publish();
    }

    // Connecting.

    private void connect() {
        retry.cancel();
        retryIn = -1;
        if (!facts.mayConnect() || parts.roster().isEmpty()) {
            publish();
            return;
        }
        if (passage.isBlocked()) {
            polling.start();
            publish();
            return;
        }
        int mine = ++connecting;
        publish();
        parts.tokens().get((token, fault) -> {
            if (mine != connecting || call != null || facts.closed) {
                return;
            }
            if (token == null) {
                facts.authFailures++;
                reason = "no token: " + fault;
                again(backoff.next(-1));
                return;
            }
            asked = -1;
            heartbeat = parts.requests().heartbeatSeconds() * 1_000L;
            parts.place().begins();
            call = parts.streams().open(parts.requests().stream(), token, this);
            this.token.is(token);
            began = parts.loop().ticks();
            proven = false;
            watch.over(call, OPENS_WITHIN);
            publish();
        });
    }

    /** Lets go of whatever there is, and waits for nothing. */
    void disconnect() {
        connecting++;
        retry.cancel();
        retryIn = -1;
        replay.stop();
        watch.stop();
        polling.stop();
        probe.stop();
        if (call != null) {
            call.cancel();
            call = null;
        }
        stream = null;
        node = null;
        parts.roster().disconnected();
    }

    /** Tries again after a while. */
    void again(long millis) {
        retryIn = millis;
        retry = parts.loop().after(millis, this::connect);
        publish();
    }

    // What the stream brings.

    @Override
    public void frame(StreamCall from, SseFrame frame, long retryMillis) {
        if (probe.frame(from, frame)) {
            return;
        }
        if (from != call) {
            return;
        }
        if (stream != null && parts.loop().ticks() - openedAt >= PROOF) {
            proven = true;
            passage.clear();
        }
        try {
            frames.frame(frame.event(), Json.object(frame.data()));
            if (from == call) {
                parts.place().at(frame.id());
                replay.progress();
            }
        } catch (MalformedException e) {
            if (frame.event().equals("message") && from == call) {
                ended(from, new Ending.Cut(e), retryMillis); // an event must not be passed over
                from.cancel();
            }
        }
    }

    @Override
    public void opened(Frames.Opened opened) {
        stream = opened.stream();
        node = opened.node();
        heartbeat = opened.heartbeatMillis();
        reason = null;
        facts.late = false;
        facts.authFailures = 0;
        openedAt = parts.loop().ticks();
        watch.allow(heartbeat * MUTE_HALF_HEARTBEATS / 2);
        opened.channels().forEach(this::placed);
        amendments.follows(
                opened.channels().stream().map(Frames.Placed::channel).collect(Collectors.toList()));
        publish();
    }

    /** Where the stream, or a change of it, put a channel. */
    void placed(Frames.Placed placed) {
        replay.placed(placed);
    }

    @Override
    public void heartbeat() {
        settled();
    }

    private void settled() {
        backoff.reset();
        facts.authFailures = 0;
        replay.over();
    }

    @Override
    public void expiring() {
        if (stream != null) {
            token.renew(stream);
        } else {
            parts.tokens().renew(); // the next poll goes with another one
        }
    }

    @Override
    public void late(boolean now) {
        facts.late = now;
        publish();
    }

    @Override
    public void reconnect(long afterMillis) {
        asked = Math.min(afterMillis, Backoff.LONGEST_ASKED);
    }

    @Override
    public void revoked(String channel) {
        amendments.lost(channel);
    }

    @Override
    public void end(String why) {
        reason = "the server ended it: " + why;
        if (why.equals(Refusals.NOT_SERVED)) {
            refusals.notServed();
            return;
        }
        parts.tokens().renew();
        disconnect();
        long wait = backoff.next(-1);
        again(backoff.failures() > 1 ? wait : 0);
    }

    // Its end.

    @Override
    public void ended(StreamCall from, Ending ending, long retryMillis) {
        if (probe.ended(from)) {
            return;
        }
        if (from != call) {
            return;
        }
        boolean wasOpen = stream != null;
        long silence = from.silence();
        if (wasOpen && parts.loop().ticks() - openedAt > STEADY) {
            backoff.reset();
        }
        disconnect();
        long answered = wasOpen ? openedAt : parts.loop().ticks();
        boolean heldBack = !proven && asked < 0 && answered - began >= HELD_BACK && ending.isWithoutAnswer();
        if (ending instanceof Ending.Mute || heldBack && !wasOpen) {
            passage.mute();
            mute("a stream that stays mute");
        } else if (heldBack) {
            passage.burst();
            mute("a stream that comes in one burst");
        } else {
            passage.ended();
            if (ending instanceof Ending.Cut cut) {
                cut(cut, wasOpen, silence, retryMillis);
            } else {
                refusals.refused(ending, retryMillis);
            }
        }
    }

    private void cut(Ending.Cut cut, boolean wasOpen, long silence, long retryMillis) {
        if (asked >= 0) {
            long wait = asked;
            asked = -1;
            again(wait);
            return;
        }
        reason = cut.why() == null ? "the connection ended" : cut.why().toString();
        if (cut.why() instanceof MalformedException) {
            passage.mute();
            mute(reason); // something answers in the server's place
            return;
        }
        if (wasOpen && cut.why() == null && silence >= IDLE_CUT && silence < heartbeat * 2) {
            parts.requests().cutAfter(silence);
        }
        if (!wasOpen && cut.why() != null) {
            parts.http().failed();
        }
        again(backoff.next(retryMillis));
    }

    private void mute(String why) {
        reason = why;
        parts.http().failed(); // perhaps it is the node
        parts.requests().keptBack();
        again(backoff.next(-1));
    }

    /** What went wrong, in words for a log. */
    void because(String what) {
        reason = what;
    }

    boolean connected() {
        return call != null;
    }

    Refusals refusals() {
        return refusals;
    }

    /** The live stream's id; null: there is none. */
    @Nullable
    String stream() {
        return stream;
    }

    // Polling, and back.

    @Override
    public Frames frames() {
        return frames;
    }

    @Override
    public long polled() {
        reason = null;
        settled();
        publish();
        long wait = Math.max(0, asked);
        asked = -1;
        return wait;
    }

    @Override
    public void pollFailed(Ending ending) {
        if (ending instanceof Ending.Cut cut) {
            reason = String.valueOf(cut.why());
            again(backoff.next(-1));
        } else {
            refusals.refused(ending, -1);
        }
    }

    @Override
    public void probe() {
        probe.start(polling::active);
    }

    /** A stream works again; these are its first frames. */
    private void gotThrough(StreamCall from, SseFrame first, SseFrame second) {
        passage.clear();
        proven = true;
        polling.stop();
        call = from;
        parts.place().begins();
        frame(from, first, -1);
        frame(from, second, -1);
    }

    // What it looks like.

    void publish() {
        boolean open = stream != null;
        var how = facts.name(parts.roster(), open, polling.works(), backoff.failures());
        parts.standing().is(how, node, retryIn, reason);
    }
}
