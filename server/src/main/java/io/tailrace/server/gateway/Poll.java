package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One poll: waits until there is a frame, or its time is up, and answers with all there is, the position after it, and what
 * the client then knows of the moment. What a stream says when it ends is said by frames at the end of the answer.
 *
 * <p>Protocol: the request's thread runs it; {@code leaveAt} is set by a drain.
 */
final class Poll implements Guest {

    /**
     * How long a poll waits at most that has nothing to say but that rights are gone which were gone before it came: the
     * client may have been told, and is not to ask again and again at once.
     */
    static final Duration REPEAT = Duration.ofSeconds(5);

    private static final Duration SOONEST = Duration.ofMillis(100);

    private final GatewayParts parts;
    private final Opening opening;
    private final Session session;
    private final Duration wait;
    private final @Nullable Moment before;
    private volatile @Nullable Long leaveAt;

    /** A showing of the boards up to which everything was told. */
    private long showing;

    /** Bytes of frames for which nobody has to be answered at once. */
    private int idle;

    /** @param before what the client knows of the moment; null: it does not say */
    Poll(GatewayParts parts, Opening opening, Duration wait, @Nullable Moment before) {
        this.parts = parts;
        this.opening = opening;
        this.session = opening.session();
        this.wait = wait;
        this.before = before;
        this.showing = parts.boards().showings();
    }

    @Override
    public Identity identity() {
        return session.identity();
    }

    @Override
    public void leaveAt(long nanos) {
        leaveAt = nanos; // it ends at once, and its client is told to come back then
        wake();
    }

    @Override
    public void wake() {
        session.ready().wake();
    }

    @Override
    public @Nullable ConnectionWriter writer() {
        return null;
    }

    @Override
    public @Nullable String checkpoint() {
        return null;
    }

    /**
     * The answer, as JSON.
     *
     * @throws PutOff when its position cannot be told
     * @throws io.tailrace.log.LogUnavailable likewise
     */
    byte[] run() throws InterruptedException {
        long lost =
                session.progress().follows().stream().filter(Follow::rightLost).count();
        opening.start();
        recall();
        var answer = new PollAnswer();
        gather(answer, lost);
        while (session.progress().untold()) {
            pull(answer, answer.size() + 1);
        }
        takeLeave(answer);
        opening.firstCheckpoint();
        session.progress().follows().forEach(Follow::comesBack);
        return answer.toJson(
                session.progress().openId(null),
                opening.resumes()
                        ? null
                        : JsonCodec.writeBytes(session.progress().standing()),
                known().text());
    }

    /** Goes on where the client was, with what is of the moment too. */
    private void recall() {
        var follows = session.progress().follows();
        if (before == null) {
            if (opening.resumes()) {
                follows.forEach(Follow::knowsMembers);
            }
            return;
        }
        boolean here = before.run() == parts.boards().run();
        for (int i = 0; i < follows.size(); i++) {
            follows.get(i).knowsMembers(before.list(i));
            if (here) {
                follows.get(i).toldUpTo(before.showing());
            }
        }
        showing = here ? before.showing() : showing;
    }

    private Moment known() {
        return new Moment(
                parts.boards().run(),
                showing,
                session.progress().follows().stream().map(Follow::knownMembers).toList());
    }

    private boolean pull(PollAnswer answer, int budget) {
        while (true) {
            switch (session.pull(answer, budget)) {
                case ALL -> {
                    return false;
                }
                case MORE -> {
                    return true;
                }
                case LOG -> session.consult();
            }
        }
    }

    /** @param lost channels whose right was gone before */
    private void gather(PollAnswer answer, long lost) throws InterruptedException {
        long began = parts.pace().now();
        boolean first = true;
        while (true) {
            session.ready().runTasks();
            long shown = parts.boards().showings();
            boolean more =
                    pull(answer, GatewayOptions.POLL_BYTES) || session.takeNotices(answer, GatewayOptions.POLL_BYTES);
            if (!more && session.noticesTaken()) {
                showing = shown;
            }
            if (first && answer.frames() == lost) {
                idle = answer.size();
            }
            first = false;
            long now = parts.pace().now();
            long left = began + patience().toNanos() - now;
            if (more || answer.size() > idle || over() || left <= 0) {
                return;
            }
            session.ready().await(Math.min(Math.min(left, session.postponedFor(now)), untilExpiry()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private Duration patience() {
        return idle > 0 ? Delivery.shorter(wait, REPEAT) : wait;
    }

    private boolean over() {
        return session.over() || leaveAt != null || untilExpiry() == 0;
    }

    private long untilExpiry() {
        return parts.pace().until(session.identity().expiresAt().plus(LiveStream.LEEWAY));
    }

    /** What a stream would say of its end, or of that of its credentials. */
    private void takeLeave(PollAnswer answer) {
        var expiry = session.identity().expiresAt();
        var leave = leaveAt;
        if (session.over()) {
            frame(answer, "end", new Payloads.End("revoked"));
        } else if (untilExpiry() == 0) {
            frame(answer, "end", new Payloads.End("expired"));
        } else if (parts.pace().until(expiry.minus(LiveStream.NOTICE)) == 0) {
            frame(answer, "auth.expiring", new Payloads.AuthExpiring(expiry));
        }
        if (leave != null) {
            var after = Duration.ofNanos(
                    Math.max(SOONEST.toNanos(), leave - parts.pace().now()));
            frame(answer, "reconnect", new Payloads.Reconnect(after.toMillis()));
        }
    }

    private static void frame(PollAnswer answer, String event, Object data) {
        answer.frame(event, null, JsonCodec.writeBytes(data));
    }
}
