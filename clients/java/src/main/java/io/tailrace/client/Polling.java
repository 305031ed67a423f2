package io.tailrace.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings by requests, one after the other, what a stream would bring. Before the first it finds out where channels end
 * that begin with "now", for a poll's answer does not tell. Used on the loop.
 */
final class Polling {

    /** The first pause before a stream is tried again, in milliseconds; each later one is twice as long. */
    static final long PROBE_AFTER = 60_000;

    /** The longest pause between such tries, in milliseconds. */
    static final long PROBE_AT_MOST = 10 * 60_000;

    /** An empty answer that comes sooner is no poll: something cuts the wait short. In milliseconds. */
    private static final long EARLY = 1_000;

    private final TailParts parts;
    private final Owner owner;
    private Http.@Nullable Exchange exchange;
    private Loop.Timer next = () -> {};
    private Loop.Timer probe = () -> {};
    private long pause = PROBE_AFTER;
    private boolean active;
    private boolean works;
    private int round;

    /** Who wants it. */
    interface Owner {

        /** Who sorts frames. */
        Frames frames();

        /**
         * A poll was answered.
         *
         * @return how long to wait before the next, in milliseconds
         */
        long polled();

        /** A poll was not; polling has stopped. */
        void pollFailed(Ending ending);

        /** It is time to try a stream. */
        void probe();
    }

    Polling(TailParts parts, Owner owner) {
        this.parts = parts;
        this.owner = owner;
    }

    boolean active() {
        return active;
    }

    /** Whether the last poll was answered. */
    boolean works() {
        return active && works;
    }

    void start() {
        if (active) {
            return;
        }
        active = true;
        schedule();
        anew();
    }

    private void schedule() {
        probe.cancel();
        probe = parts.loop().after(pause, () -> {
            pause = Math.min(PROBE_AT_MOST, pause * 2);
            owner.probe();
            schedule();
        });
    }

    /** The list of channels is another one. */
    void anew() {
        round++;
        cancel();
        locate(round, parts.roster().wires());
    }

    void stop() {
        round++;
        cancel();
        probe.cancel();
        active = false;
        works = false;
    }

    private void cancel() {
        next.cancel();
        if (exchange != null) {
            exchange.cancel();
            exchange = null;
        }
    }

    private void locate(int mine, List<Wire> wires) {
        for (var wire : wires) {
            if (wire.nowhere()) {
                parts.pages().head(wire.channel, new Locating(mine, wires, wire));
                return;
            }
        }
        poll();
    }

    private final class Locating implements Pages.Then<Pages.Page> {

        private final int mine;
        private final List<Wire> wires;
        private final Wire wire;

        Locating(int mine, List<Wire> wires, Wire wire) {
            this.mine = mine;
            this.wires = wires;
            this.wire = wire;
        }

        @Override
        public void got(Pages.Page page) {
            if (mine == round) {
                wire.placed(page.head(), page.epoch());
                locate(mine, wires);
            }
        }

        @Override
        public void refused(Problem problem) {
            if (mine != round) {
                return;
            }
            if (problem.status() == 409) {
                wire.placed(0, null); // ephemeral: there is nothing to begin after
                locate(mine, wires);
            } else {
                fail(new Ending.Refused(problem.channel() == null ? named(problem, wire.channel) : problem));
            }
        }

        @Override
        public void unreachable(Exception why) {
            if (mine == round) {
                fail(new Ending.Cut(why));
            }
        }
    }

    private static Problem named(Problem problem, String channel) {
        return new Problem(
                problem.type(),
                problem.title(),
                problem.status(),
                problem.detail(),
                problem.pointer(),
                channel,
                null,
                problem.retryAfterMillis());
    }

    private void poll() {
        int mine = round;
        long began = parts.loop().ticks();
        parts.place().begins();
        exchange = parts.http().send(parts.requests().poll(), new Http.Then() {
            @Override
            public void answered(int status, String body) {
                if (mine != round) {
                    return;
                }
                if (status == 204) {
                    fail(new Ending.Stop());
                    return;
                }
                try {
                    boolean any = apply(Json.object(body));
                    if (mine == round) {
                        works = true;
                        parts.roster().wires().forEach(Wire::caughtUp);
                        long wait = Math.max(owner.polled(), any ? 0 : waited());
                        parts.streams().told(() -> {
                            if (mine == round) {
                                next = parts.loop().after(wait, Polling.this::poll);
                            }
                        });
                    }
                } catch (MalformedException notOurs) {
                    fail(new Ending.Cut(notOurs));
                }
            }

            /** Nothing came. @return how long to wait before the next, in milliseconds */
            private long waited() {
                if (parts.loop().ticks() - began < EARLY) {
                    return EARLY;
                }
                parts.requests().pollWaited();
                return 0;
            }

            @Override
            public void refused(Problem problem) {
                over(new Ending.Refused(problem));
            }

            @Override
            public void unreachable(Exception why) {
                over(new Ending.Cut(why));
            }

            private void over(Ending ending) {
                if (mine == round) {
                    parts.requests().pollFailedAfter(parts.loop().ticks() - began);
                    fail(ending);
                }
            }
        });
    }

    private void fail(Ending ending) {
        long kept = pause;
        stop();
        pause = kept;
        owner.pollFailed(ending);
    }

    /**
     * @return whether there was anything.
     *
     * @throws MalformedException when it is no poll, or an event of it is none
     */
    private boolean apply(JsonObject answer) throws MalformedException {
        if (!(answer.get("frames") instanceof JsonArray frames)) {
            throw new MalformedException("not a poll", null);
        }
        int mine = round;
        for (var element : frames) {
            if (element instanceof JsonObject frame && frame.get("data") instanceof JsonObject data) {
                var event = Json.optional(frame, "event");
                owner.frames().frame(event == null ? "message" : event, data);
                if (mine != round) {
                    return true; // a frame has changed the list, or ended it all: the rest comes again
                }
            }
        }
        var id = Json.optional(answer, "id");
        if (id != null) {
            parts.place().at(id, Json.optional(answer, "moment"));
        }
        return !frames.isEmpty();
    }
}
