package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The streams and polls of this node. Any thread.
 *
 * <p>Protocol: a place is taken before anything else is done for a request, and given back when it is over. A drain first
 * closes the door and then tells everyone inside; who came through the door meanwhile finds it closed when it is
 * {@linkplain #enter entered}.
 */
final class StreamRegistry {

    private record User(String tenant, String name) {

        static User of(Identity identity) {
            return new User(identity.tenant(), identity.user());
        }
    }

    private final int places;
    private final Pace pace;
    private final AtomicInteger taken = new AtomicInteger();
    private final Set<Guest> guests = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<User, Integer> ofUsers = new ConcurrentHashMap<>();
    private final Map<String, LiveStream> streams = new ConcurrentHashMap<>();
    private volatile boolean open;
    private volatile boolean draining;

    StreamRegistry(int places, Pace pace) {
        this.places = places;
        this.pace = pace;
    }

    /** Lets requests in from now on. */
    void open() {
        open = true;
    }

    /** Takes a place; false when there is none, or the node starts or drains. */
    boolean takePlace() {
        if (!open || draining) {
            return false;
        }
        if (taken.incrementAndGet() > places) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    void givePlace() {
        taken.decrementAndGet();
    }

    int active() {
        return taken.get();
    }

    /** Streams and polls of the same user. */
    int active(Identity identity) {
        return ofUsers.getOrDefault(User.of(identity), 0);
    }

    void enter(Guest guest) {
        if (guests.add(guest)) {
            ofUsers.merge(User.of(guest.identity()), 1, Integer::sum);
        }
        if (guest instanceof LiveStream stream) {
            streams.put(stream.id().secret(), stream);
        }
        if (draining) {
            guest.leaveAt(pace.now());
        }
    }

    void leave(Guest guest) {
        if (guests.remove(guest)) {
            ofUsers.computeIfPresent(User.of(guest.identity()), (user, count) -> count == 1 ? null : count - 1);
        }
        if (guest instanceof LiveStream stream) {
            streams.remove(stream.id().secret());
        }
    }

    Optional<LiveStream> find(StreamId id) {
        return Optional.ofNullable(streams.get(id.secret()));
    }

    Collection<Guest> guests() {
        return guests;
    }

    /** The checkpoints that clients may hold. */
    Collection<String> checkpoints() {
        return guests.stream().map(Guest::checkpoint).filter(Objects::nonNull).toList();
    }

    void wakeAll() {
        guests.forEach(Guest::wake);
    }

    /** Lets nobody in any more, and sends those inside away, spread over {@code spread}. */
    void sendAway(Duration spread) {
        draining = true;
        long now = pace.now();
        for (Guest guest : guests) {
            guest.leaveAt(now + pace.between(Duration.ZERO, spread).toNanos());
        }
    }
}
