package io.tailrace.client;

import io.tailrace.client.sse.SseFrame;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that brings what all channels have to tell: a stream, and polls where streams do not get through.
 * Opens it while anything is followed, and again whenever it ends, with a wait that grows and is never the same for two
 * clients. All on the loop.
 *
 * <p>A stream that is open and mute is ended; after {@link #MUTE_STREAMS} of those in a row it polls, and probes with
 * growing pauses whether a stream gets through again.
 */
final class Tail implements StreamCall.Sink, Frames.Connection, Polling.Owner {

    /** How long a stream may take until its first frame, in milliseconds; two slow round trips beyond a TLS handshake. */
    static final long OPENS_WITHIN = 20_000;

    /** Mute streams in a row after which it polls. */
    static final int MUTE_STREAMS = 3;

    /** A stream is mute when nothing came for so many heartbeats, in halves. */
    static final int MUTE_HALF_HEARTBEATS = 5;

    /** A connection so young is of the network as it is now, in milliseconds. */
    private static final long YOUNG = 2_000;

    /** A stream that was open for so long worked, in milliseconds. */
    private static final long STEADY = 5_000;

    /** A silence at which a cut looks like a proxy's limit for idle connections, in milliseconds. */
    private static final long IDLE_CUT = 3_000;

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

    private @Nullable StreamCall call;
    private @Nullable String stream;
    private @Nullable String node;
    private @Nullable String reason;
    private Loop.Timer retry = () -> {};
    private long retryIn = -1;
    private long began;
    private long openedAt;
    private long asked = -1;
    private long heartbeat;
    private int mutes;
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
            mutes = 0;
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
        if (mutes >= MUTE_STREAMS) {
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
            watch.over(call, OPENS_WITHIN);
            publish();
        });
    }

    private void disconnect() {
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

    private void again(long millis) {
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
        mutes = 0;
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
        if (why.equals("client-not-served")) {
            facts.stopped = true;
            disconnect();
            publish();
            return;
        }
        token.spent();
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
        if (ending instanceof Ending.Cut cut) {
            cut(cut, wasOpen, silence, retryMillis);
        } else if (ending instanceof Ending.Mute) {
            reason = "a stream that stays mute";
            mute();
        } else {
            refused(ending, retryMillis);
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
            mute(); // something answers in the server's place
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

    private void mute() {
        mutes++;
        parts.requests().keptBack();
        again(backoff.next(-1));
    }

    /** What a stream, or a poll, was refused with. */
    void refused(Ending ending, long retryMillis) {
        if (ending instanceof Ending.Stop) {
            facts.stopped = true;
            reason = "the server wants no more of this client";
            publish();
            return;
        }
        if (!(ending instanceof Ending.Refused refused)) {
            again(backoff.next(retryMillis));
            return;
        }
        var problem = refused.problem();
        reason = problem.status() + " " + problem.title();
        if (problem.status() == 401) {
            token.spent();
            facts.authFailures++;
            again(facts.authFailures == 1 ? 0 : backoff.next(problem.retryAfterMillis()));
        } else if (problem.passing() || !problem.type().contains("/problems/")) {
            if (problem.status() >= 502) {
                parts.http().failed();
            }
            again(backoff.next(Math.max(problem.retryAfterMillis(), retryMillis)));
        } else {
            drop(problem);
        }
    }

    /** A channel that may not be followed shall not keep the others from it. */
    private void drop(Problem problem) {
        var named = problem.channel();
        if (named != null && parts.roster().wire(named) != null) {
            parts.roster().refused(named, problem);
        } else {
            parts.roster().names().forEach(channel -> parts.roster().refused(channel, problem));
        }
        if (!parts.roster().isEmpty() && call == null) {
            again(0);
        }
    }

    /** A change of the live stream was refused. */
    void amendmentRefused(Problem problem) {
        var named = problem.channel();
        if (problem.status() == 403 && named != null && parts.roster().wire(named) != null) {
            parts.roster().refused(named, problem);
            return;
        }
        disconnect();
        again(problem.status() == 404 ? 0 : backoff.next(problem.retryAfterMillis()));
    }

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
    public void polled() {
        reason = null;
        settled();
        publish();
    }

    @Override
    public void pollFailed(Ending ending) {
        if (ending instanceof Ending.Cut cut) {
            reason = String.valueOf(cut.why());
            again(backoff.next(-1));
        } else {
            refused(ending, -1);
        }
    }

    @Override
    public void probe() {
        probe.start(polling::active);
    }

    /** A stream works again; these are its first frames. */
    private void gotThrough(StreamCall from, SseFrame first, SseFrame second) {
        mutes = 0;
        polling.stop();
        call = from;
        parts.place().begins();
        frame(from, first, -1);
        frame(from, second, -1);
    }

    // What it looks like.

    private void publish() {
        boolean open = stream != null;
        var how = facts.name(parts.roster(), open, polling.works(), backoff.failures());
        parts.standing().is(how, node, retryIn, reason);
    }
}
