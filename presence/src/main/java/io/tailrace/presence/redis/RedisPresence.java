package io.tailrace.presence.redis;

import io.tailrace.presence.Attendance;
import io.tailrace.presence.Member;
import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceMeters;
import io.tailrace.presence.PresenceOptions;
import io.tailrace.presence.PresenceUnavailable;
import io.tailrace.presence.Roster;
import io.tailrace.presence.Roster.Gone;
import io.tailrace.presence.Roster.Mark;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Presence on Redis: one script does each step at once, by the clock of Redis. */
public final class RedisPresence implements Presence {

    private static final String EXPIRED = "expired";

    private final Store store;
    private final String scope;
    private final PresenceOptions options;
    private final PresenceMeters meters;
    private final Supplier<String> now;

    private RedisPresence(
            URI redis, String scope, PresenceOptions options, PresenceMeters meters, Supplier<String> now) {
        this.store = new Store(redis);
        this.scope = scope;
        this.options = options;
        this.meters = meters;
        this.now = now;
    }

    /**
     * Presence at this address; it connects when it is first asked.
     *
     * @param redis {@code redis://} or {@code rediss://}, with user and password if need be
     * @param scope first part of every key: installations that share a Redis have scopes of their own
     */
    public static RedisPresence open(URI redis, String scope, PresenceOptions options, PresenceMeters meters) {
        return new RedisPresence(redis, scope, options, meters, () -> "");
    }

    /** The same by a clock of the test's own. @param millis Unix time */
    static RedisPresence at(URI redis, String scope, PresenceOptions options, Supplier<Long> millis) {
        return new RedisPresence(
                redis, scope, options, PresenceMeters.NONE, () -> millis.get().toString());
    }

    /** What varies stands in braces, so that a channel's keys are of one slot; the tenant takes all behind the slash. */
    private List<String> keys(ChannelId channel) {
        String stem = scope + ":p:{" + channel.name() + "/" + channel.tenant() + "}:";
        return Stream.of("users", "leases", "changes", "parted", "head")
                .map(stem::concat)
                .toList();
    }

    private Object run(ChannelId channel, String operation, String... arguments) {
        var all = new ArrayList<>(List.of(
                operation,
                now.get(),
                millis(options.heartbeat()),
                millis(options.ttl()),
                millis(options.sweepGap()),
                Integer.toString(MAX_SWEPT)));
        all.addAll(Arrays.asList(arguments));
        try {
            return store.run(keys(channel), all);
        } catch (PresenceUnavailable away) {
            meters.unavailable();
            throw away;
        }
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private boolean step(ChannelId channel, String operation, String... arguments) {
        meters.beat();
        return run(channel, operation, arguments) instanceof Long done && done == 1;
    }

    @Override
    public boolean join(ChannelId channel, Attendance attendance) {
        Json meta = attendance.meta();
        return step(
                channel,
                "join",
                attendance.user(),
                attendance.device(),
                attendance.state().name().toLowerCase(Locale.ROOT),
                attendance.mode().name().toLowerCase(Locale.ROOT),
                orEmpty(attendance.resource()),
                meta == null ? "" : meta.text(),
                UUID.randomUUID().toString(),
                Integer.toString(Attendance.MAX_DEVICES));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public boolean renew(ChannelId channel, String user, String device) {
        return step(channel, "renew", user, device);
    }

    @Override
    public boolean leave(ChannelId channel, String user, String device) {
        return step(channel, "leave", user, device);
    }

    @Override
    public Roster look(ChannelId channel, Mark since) {
        var answer =
                run(channel, "look", since.generation(), Long.toString(since.version()), Integer.toString(MAX_PAGE));
        if (!(answer instanceof List<?> parts) || parts.size() != 8 || !(parts.get(7) instanceof List<?> shown)) {
            throw new PresenceUnavailable("Redis answers strangely", new IllegalStateException());
        }
        var present = new ArrayList<Member>();
        var gone = new ArrayList<Gone>();
        for (int i = 0; i + 1 < shown.size(); i += 2) {
            String user = text(shown.get(i));
            String devices = text(shown.get(i + 1));
            if (devices.isEmpty() || devices.equals(EXPIRED)) {
                gone.add(new Gone(user, devices.equals(EXPIRED)));
            } else {
                present.add(Member.of(
                        user,
                        Arrays.stream(JsonCodec.read(devices, Entry[].class))
                                .map(Entry::device)
                                .toList()));
            }
        }
        long wait = (long) Double.parseDouble(text(parts.get(6)));
        return new Roster(
                new Mark(text(parts.get(0)), (long) Double.parseDouble(text(parts.get(1)))),
                text(parts.get(2)).equals("1"),
                text(parts.get(3)).equals("1"),
                present,
                gone,
                Integer.parseInt(text(parts.get(4))),
                text(parts.get(5)).equals("1"),
                wait < 0 ? options.quietLook() : Duration.ofMillis(wait));
    }

    private static String text(Object part) {
        return String.valueOf(part);
    }

    @Override
    public void close() {
        store.close();
    }
}
