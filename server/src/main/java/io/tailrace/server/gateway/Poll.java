package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One poll: waits until there is a frame, or its time is up, and answers with all there is and the position after it. */
final class Poll implements Guest {

    private final GatewayParts parts;
    private final Opening opening;
    private final Session session;
    private final Duration wait;
    private volatile boolean leaving;

    Poll(GatewayParts parts, Opening opening, Duration wait) {
        this.parts = parts;
        this.opening = opening;
        this.session = opening.session();
        this.wait = wait;
    }

    @Override
    public Identity identity() {
        return session.identity();
    }

    @Override
    public void leaveAt(long nanos) {
        leaving = true; // nobody minds a poll that ends early
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
        opening.start();
        if (opening.resumes()) {
            session.progress().follows().forEach(Follow::knowsMembers);
        }
        var answer = new PollAnswer();
        gather(answer);
        while (session.progress().untold()) {
            pull(answer, answer.size() + 1);
        }
        opening.firstCheckpoint();
        return answer.toJson(session.progress().openId(null));
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

    private void gather(PollAnswer answer) throws InterruptedException {
        long deadline = parts.pace().now() + wait.toNanos();
        while (true) {
            session.ready().runTasks();
            boolean more =
                    pull(answer, GatewayOptions.POLL_BYTES) || session.takeNotices(answer, GatewayOptions.POLL_BYTES);
            long now = parts.pace().now();
            if (more || answer.size() > 0 || session.over() || now - deadline >= 0 || leaving) {
                return;
            }
            session.ready().await(Math.min(deadline - now, session.postponedFor(now)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
