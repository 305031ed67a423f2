package io.tailrace.client;

/** What follows when a server says no to a stream, a poll, or a change of a stream. Used on the loop. */
final class Refusals {

    /** The reason, and the problem, of a server that wants a newer client. */
    static final String NOT_SERVED = "client-not-served";

    private final TailParts parts;
    private final Tail tail;
    private final Facts facts;
    private final Backoff backoff;
    private final StreamToken token;

    Refusals(TailParts parts, Tail tail, Facts facts, Backoff backoff, StreamToken token) {
        this.parts = parts;
        this.tail = tail;
        this.facts = facts;
        this.backoff = backoff;
        this.token = token;
    }

    /** What a stream, or a poll, was refused with. */
    void refused(Ending ending, long retryMillis) {
        if (ending instanceof Ending.Stop) {
            facts.stopped = true;
            tail.because("the server wants no more of this client");
            tail.publish();
            return;
        }
        if (!(ending instanceof Ending.Refused refused)) {
            tail.again(backoff.next(retryMillis));
            return;
        }
        var problem = refused.problem();
        tail.because(problem.status() + " " + problem.title());
        if (problem.status() == 401) {
            token.spent();
            facts.authFailures++;
            tail.again(facts.authFailures == 1 ? 0 : backoff.next(problem.retryAfterMillis()));
        } else if (problem.passing() || !problem.type().contains("/problems/")) {
            if (problem.status() >= 502) {
                parts.http().failed();
            }
            tail.again(backoff.next(Math.max(problem.retryAfterMillis(), retryMillis)));
        } else {
            drop(problem);
        }
    }

    /** This version is too old for the server, and trying again makes it no younger. */
    void notServed() {
        facts.stopped = true;
        tail.disconnect();
        tail.publish();
    }

    /** A channel that may not be followed shall not keep the others from it. */
    private void drop(Problem problem) {
        if (problem.name().equals(NOT_SERVED)) {
            notServed();
            return;
        }
        var named = problem.channel();
        if (named != null && parts.roster().wire(named) != null) {
            parts.roster().refused(named, problem);
        } else {
            parts.roster().names().forEach(channel -> parts.roster().refused(channel, problem));
        }
        if (!parts.roster().isEmpty() && !tail.connected()) {
            tail.again(0);
        }
    }

    /** A change of the live stream was refused. */
    void amendmentRefused(Problem problem) {
        var named = problem.channel();
        if (problem.status() == 403 && named != null && parts.roster().wire(named) != null) {
            parts.roster().refused(named, problem);
            return;
        }
        tail.disconnect();
        tail.again(problem.status() == 404 ? 0 : backoff.next(problem.retryAfterMillis()));
    }
}
