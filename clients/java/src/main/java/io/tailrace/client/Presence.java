package io.tailrace.client;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Being in a channel, and seeing who is. Once joined it says so again as often as the server asks for, until it leaves;
 * others see the user go when it leaves, or some time after it fell silent. Safe for any thread.
 */
public final class Presence implements AutoCloseable {

    /** How long after a connection begins nobody has been named before the channel counts as empty, in milliseconds. */
    static final long NOBODY_AFTER = 1_000;

    /** The shortest time between two heartbeats, whatever the server asks for, in milliseconds. */
    static final long SHORTEST_BEAT = 1_000;

    private final Client client;
    private final String channel;
    private final Value<List<Member>> members;
    private final TreeMap<String, Member> known = new TreeMap<>();
    private final Backoff backoff;
    private @Nullable Here here;
    private @Nullable CompletableFuture<Void> joining;
    private Runnable unwatch = () -> {};
    private Loop.Timer beat = () -> {};
    private Loop.Timer nobody = () -> {};
    private boolean seen = true;
    private boolean watching;
    private int round;

    /**
     * How one is here.
     *
     * @param state {@code active}, {@code idle} or {@code away}
     * @param mode {@code viewing}, {@code editing} or {@code admin}, as far as one's rights go
     * @param resource what of the channel; null: the channel
     * @param meta an object that is made JSON of, at most 1,024 bytes; null: none
     */
    public record Here(
            String state,
            String mode,
            @Nullable String resource,
            @Nullable Object meta) {

        /** Active, and viewing. */
        public static Here viewing() {
            return new Here("active", "viewing", null, null);
        }
    }

    Presence(Client client, String channel) {
        this.client = client;
        this.channel = channel;
        this.members = new Value<>(List.of(), client.callbacks);
        this.backoff = new Backoff(client.random);
        client.loop.run(() -> client.presences.add(this));
    }

    /**
     * Is here from now on, or is here in another way.
     *
     * @param how it is to be seen
     * @return done once the server has it; fails with {@link RefusedException} where it may not be. While no server answers
     *     it is tried again.
     */
    public CompletableFuture<Void> join(Here how) {
        var done = new CompletableFuture<Void>();
        client.loop.run(() -> {
            here = how;
            var before = joining;
            joining = done;
            if (before != null) {
                done.whenComplete((nothing, fault) -> before.complete(null)); // the later one stands for both
            }
            beatNow();
        });
        return done;
    }

    /** Is here no longer. Best effort: where nobody hears it, the server notices the silence. */
    public void leave() {
        client.loop.run(this::left);
    }

    private void left() {
        round++;
        beat.cancel();
        if (here != null) {
            here = null;
            client.http.send(
                    ApiRequest.send("DELETE", null, "channels", channel, "presence")
                            .with("device", client.setup.device()),
                    new Beat(round, null));
        }
    }

    /**
     * Who is here, by name. From the first call on it follows the channel, until it is closed. A connection that is lost
     * leaves the list as it was.
     */
    public Observable<List<Member>> members() {
        client.loop.run(() -> {
            if (!watching) {
                watching = true;
                unwatch = client.roster.watch(channel, new Watching());
            }
        });
        return members;
    }

    /** Leaves, and watches no longer. Idempotent. */
    @Override
    public void close() {
        client.loop.run(() -> {
            left();
            unwatch.run();
            client.presences.remove(this);
        });
    }

    /** Whether the application is seen. On the loop. */
    void seen(boolean inForeground) {
        seen = inForeground;
        beatNow();
    }

    /** On the loop. */
    void beatNow() {
        beat.cancel();
        var how = here;
        if (how == null) {
            return;
        }
        var body = new JsonObject();
        body.addProperty("state", seen ? how.state() : "away");
        body.addProperty("mode", how.mode());
        if (how.resource() != null) {
            body.addProperty("resource", how.resource());
        }
        body.addProperty("device", client.setup.device());
        var text = body.toString();
        if (how.meta() != null) {
            text = text.substring(0, text.length() - 1) + ",\"meta\":" + client.adapter.write(how.meta()) + "}";
        }
        client.http.send(ApiRequest.send("PUT", text, "channels", channel, "presence"), new Beat(++round, joining));
    }

    private final class Beat implements Http.Then {

        private final int mine;
        private final @Nullable CompletableFuture<Void> done;

        Beat(int mine, @Nullable CompletableFuture<Void> done) {
            this.mine = mine;
            this.done = done;
        }

        @Override
        public void answered(int status, String body) {
            if (mine != round || here == null) {
                return;
            }
            backoff.reset();
            long every = SHORTEST_BEAT;
            try {
                every = Math.max(SHORTEST_BEAT, Json.number(Json.object(body), "heartbeat_ms", 30_000));
            } catch (MalformedException notOurs) {
                every = 30_000;
            }
            again(every);
            if (done != null) {
                joining = null;
                client.callbacks.run(() -> done.complete(null));
            }
        }

        @Override
        public void refused(Problem problem) {
            if (mine != round || here == null) {
                return;
            }
            if (problem.passing() || problem.status() == 401) {
                again(backoff.next(problem.retryAfterMillis()));
                return;
            }
            here = null;
            joining = null;
            if (done != null) {
                client.callbacks.run(() -> done.completeExceptionally(new RefusedException(problem)));
            }
        }

        @Override
        public void unreachable(Exception why) {
            if (mine == round && here != null) {
                again(backoff.next(-1));
            }
        }

        private void again(long millis) {
            beat = client.loop.after(millis, Presence.this::beatNow);
        }
    }

    private final class Watching implements ChannelListener {

        /** A connection begins, with nobody; who is here follows at once. */
        @Override
        public void onLive(long seq) {
            known.clear();
            nobody.cancel();
            nobody = client.loop.after(NOBODY_AFTER, () -> members.set(List.copyOf(known.values())));
        }

        @Override
        public void onPresence(PresenceChange change) {
            nobody.cancel();
            if (change.whole() != null) {
                known.clear();
                change.whole().forEach(member -> known.put(member.user(), member));
            }
            change.joined().forEach(member -> known.put(member.user(), member));
            change.updated().forEach(member -> known.put(member.user(), member));
            change.left().forEach(known::remove);
            members.set(List.copyOf(known.values()));
        }
    }
}
