package io.tailrace.presence;

import io.tailrace.presence.Roster.Gone;
import io.tailrace.presence.Roster.Mark;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Presence in one process, for a node without Redis; by the same rules.
 *
 * <p>Protocol: a channel's list is touched inside {@code lists.compute} of the channel only, and goes with its last
 * member.
 */
public final class LocalPresence implements Presence {

    /** A device and when its state ends next. */
    private static final class Lease {
        private final Attendance said;
        private final Instant seen;
        private Instant deadline;
        private boolean lapsed;

        Lease(Attendance said, Instant seen, Instant deadline) {
            this.said = said;
            this.seen = seen;
            this.deadline = deadline;
        }

        Member.Device device() {
            return new Member.Device(said.state(), said.mode(), said.resource(), said.meta(), seen, lapsed);
        }
    }

    /** Somebody who is gone, remembered for those who look seldom. */
    private record Parted(Gone gone, Instant at) {}

    private static final class ChannelList {
        private final String generation = UUID.randomUUID().toString();
        private final Map<String, Map<String, Lease>> users = new HashMap<>();
        private final LinkedHashMap<String, Long> changes = new LinkedHashMap<>();
        private final LinkedHashMap<String, Parted> gone = new LinkedHashMap<>();
        private long version;
        private long trimmed;

        void touch(String user) {
            changes.remove(user);
            changes.put(user, ++version);
        }

        void remove(String user, String device, boolean expired, Instant now) {
            var devices = users.getOrDefault(user, new HashMap<>());
            if (devices.remove(device) != null) {
                if (devices.isEmpty()) {
                    users.remove(user);
                    gone.put(user, new Parted(new Gone(user, expired), now));
                }
                touch(user);
            }
        }
    }

    private final PresenceOptions options;
    private final InstantSource clock;
    private final ConcurrentMap<ChannelId, ChannelList> lists = new ConcurrentHashMap<>();

    public LocalPresence(PresenceOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
    }

    private interface Step<T> {
        T on(ChannelList list, Instant now);
    }

    private <T> T in(ChannelId channel, Step<T> step) {
        var result = new ArrayList<T>(1);
        lists.compute(channel, (id, present) -> {
            var list = present == null ? new ChannelList() : present;
            var now = clock.instant();
            sweep(list, now);
            result.add(step.on(list, now));
            return list.users.isEmpty() && list.gone.isEmpty() ? null : list;
        });
        return result.getFirst();
    }

    private void sweep(ChannelList list, Instant now) {
        for (String user : List.copyOf(list.users.keySet())) {
            var devices = list.users.getOrDefault(user, Map.of());
            for (var entry : List.copyOf(devices.entrySet())) {
                var lease = entry.getValue();
                if (lease.deadline.isAfter(now)) {
                    continue;
                }
                if (lease.lapsed) {
                    list.remove(user, entry.getKey(), true, now);
                } else {
                    lease.lapsed = true;
                    lease.deadline = now.plus(options.ttl());
                    list.touch(user);
                }
            }
        }
        var old = now.minus(options.ttl().multipliedBy(2));
        while (!list.gone.isEmpty() && list.gone.firstEntry().getValue().at().isBefore(old)) {
            var parted = list.gone.pollFirstEntry();
            list.trimmed = Math.max(list.trimmed, Objects.requireNonNullElse(list.changes.remove(parted.getKey()), 0L));
        }
    }

    @Override
    public boolean join(ChannelId channel, Attendance attendance) {
        return in(channel, (list, now) -> {
            var devices = list.users.computeIfAbsent(attendance.user(), user -> new HashMap<>());
            var before = devices.put(attendance.device(), new Lease(attendance, now, now.plus(options.ttl())));
            list.gone.remove(attendance.user());
            boolean news = before == null || before.lapsed || !before.said.equals(attendance);
            if (news) {
                list.touch(attendance.user());
            }
            if (devices.size() > Attendance.MAX_DEVICES) {
                devices.entrySet().stream()
                        .min(Comparator.comparing(entry -> entry.getValue().seen))
                        .ifPresent(silent -> list.remove(attendance.user(), silent.getKey(), true, now));
            }
            return news;
        });
    }

    @Override
    public boolean renew(ChannelId channel, String user, String device) {
        return in(channel, (list, now) -> {
            var devices = list.users.getOrDefault(user, new HashMap<>());
            var lease = devices.get(device);
            if (lease == null) {
                return false;
            }
            devices.put(device, new Lease(lease.said, now, now.plus(options.ttl())));
            if (lease.lapsed) {
                list.touch(user);
            }
            return true;
        });
    }

    @Override
    public boolean leave(ChannelId channel, String user, String device) {
        return in(channel, (list, now) -> {
            long before = list.version;
            list.remove(user, device, false, now);
            return list.version > before;
        });
    }

    @Override
    public Roster look(ChannelId channel, Mark since) {
        return in(channel, (list, now) -> {
            if (list.users.isEmpty() && list.gone.isEmpty()) {
                return new Roster(Mark.NONE, true, false, List.of(), List.of(), 0, false, options.quietLook());
            }
            boolean whole = !since.generation().equals(list.generation) || since.version() < list.trimmed;
            long from = whole ? 0 : since.version();
            var present = new ArrayList<Member>();
            var gone = new ArrayList<Gone>();
            long reached = list.version;
            boolean more = false;
            for (var change : list.changes.entrySet()) {
                if (change.getValue() <= from) {
                    continue;
                }
                if (present.size() + gone.size() == MAX_PAGE) {
                    more = true;
                    break;
                }
                reached = change.getValue();
                var devices = list.users.get(change.getKey());
                if (devices != null) {
                    present.add(Member.of(
                            change.getKey(),
                            devices.values().stream().map(Lease::device).toList()));
                } else {
                    gone.add(Objects.requireNonNull(list.gone.get(change.getKey()))
                            .gone());
                }
            }
            var mark = new Mark(list.generation, more ? reached : list.version);
            return new Roster(mark, whole, more, present, gone, list.users.size(), false, nextLook(list, now));
        });
    }

    private Duration nextLook(ChannelList list, Instant now) {
        return list.users.values().stream()
                .flatMap(devices -> devices.values().stream())
                .map(lease -> Duration.between(now, lease.deadline))
                .min(Comparator.naturalOrder())
                .orElse(options.quietLook());
    }

    @Override
    public void close() {
        lists.clear();
    }
}
