package io.tailrace.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever happens, and in whatever order: no report is a duplicate or a phantom, and the list is right within two leases
 * after it ended. Time, the store and the hints are the property's own; two nodes watch.
 */
public class WatchPropertyTest {

    private static final PresenceOptions OPTIONS =
            new PresenceOptions(Duration.ofSeconds(30), Duration.ofMillis(500), 100);
    private static final AtomicInteger CHANNELS = new AtomicInteger();
    private static final int USERS = 4;
    private static final int STEP_SECONDS = 10;

    /** What may happen between two steps of ten seconds. */
    public enum Deed {
        JOIN,
        EDIT,
        LEAVE,
        /** A device falls silent. */
        CRASH,
        /** The store loses everything. */
        FLUSH,
        /** The store is away for a while, and comes back with what it had. */
        OUTAGE,
        NOTHING
    }

    public record Event(Deed deed, int user) {}

    @Provide
    public Arbitrary<List<Event>> schedules() {
        var deeds = Arbitraries.frequency(
                Tuple.of(6, Deed.JOIN),
                Tuple.of(3, Deed.EDIT),
                Tuple.of(3, Deed.LEAVE),
                Tuple.of(3, Deed.CRASH),
                Tuple.of(1, Deed.FLUSH),
                Tuple.of(1, Deed.OUTAGE),
                Tuple.of(8, Deed.NOTHING));
        return Combinators.combine(deeds, Arbitraries.integers().between(0, USERS - 1))
                .as(Event::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void onOneProcess(@ForAll("schedules") List<Event> schedule) {
        new Run(now -> new LocalPresence(OPTIONS, () -> Instant.ofEpochMilli(now.get())), schedule).check();
    }

    /** Makes a store by a clock; {@link Run} makes it anew to lose everything. */
    public interface Stores {
        Presence open(AtomicLong now);

        /** Loses everything, if that can be done in place; otherwise the store is made anew. */
        default boolean flush() {
            return false;
        }

        /** Whether it can be away: one in the same process cannot. */
        default boolean mayBeAway() {
            return false;
        }
    }

    /** One schedule. */
    public static final class Run {

        private final Stores stores;
        private final List<Event> schedule;
        private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
        private final ChannelId channel = ChannelId.of("acme", "doc:p" + CHANNELS.incrementAndGet());
        private final TreeMap<String, Mode> beating = new TreeMap<>();
        private final TreeSet<String> crashed = new TreeSet<>();
        private final List<Node> nodes = List.of(new Node(), new Node());
        private Presence store;
        private int awaySteps;

        public Run(Stores stores, List<Event> schedule) {
            this.stores = stores;
            this.schedule = schedule;
            this.store = stores.open(now);
        }

        /** A node's watch and what its readers know. */
        private final class Node {
            private final Watch watch =
                    new Watch(OPTIONS.listed(), OPTIONS.ttl().toNanos());
            private final Map<String, Member> known = new TreeMap<>();

            void look() {
                long nanos = now.get() * 1_000_000;
                var comparison = watch.compare(nanos);
                var since = watch.since();
                Roster page;
                do {
                    page = store.look(channel, since);
                    comparison.add(page);
                    since = page.mark();
                } while (page.more());
                apply(comparison.end());
                assertThat(new TreeSet<>(known.keySet()))
                        .isEqualTo(new TreeSet<>(watch.listed().members().stream()
                                .map(Member::user)
                                .toList()));
            }

            private void apply(Changes changes) {
                changes.joined().forEach(member -> assertThat(known.put(member.user(), member))
                        .as("joined twice")
                        .isNull());
                changes.updated().forEach(member -> {
                    var before = known.put(member.user(), member);
                    assertThat(before).as("an update of nobody").isNotNull();
                    assertThat(before != null && before.saysTheSameAs(member))
                            .as("an update that says the same")
                            .isFalse();
                });
                changes.left().forEach(gone -> assertThat(known.remove(gone.user()))
                        .as("left twice")
                        .isNotNull());
            }
        }

        /** Runs it, and then long enough for all to be settled. */
        public void check() {
            var order = new ArrayList<>(schedule);
            int settling = (int) (3 * OPTIONS.ttl().toSeconds() / STEP_SECONDS) + 10;
            for (int i = 0; i < settling; i++) {
                order.add(new Event(Deed.NOTHING, 0));
            }
            int step = 0;
            for (Event event : order) {
                if (awaySteps == 0) {
                    happen(event);
                } else if (--awaySteps == 0 && event.deed() == Deed.NOTHING) {
                    beatAll();
                }
                now.addAndGet(STEP_SECONDS * 1_000L);
                if (awaySteps == 0) {
                    if (step++ % 3 == 0) {
                        beatAll();
                    }
                    nodes.get(step % 2).look();
                    if (step % 3 == 0) {
                        nodes.forEach(Node::look);
                    }
                }
            }
            nodes.forEach(Node::look);
            for (Node node : nodes) {
                assertThat(node.known.keySet()).isEqualTo(beating.keySet());
                node.known.values().forEach(member -> {
                    assertThat(member.state()).isEqualTo(State.ACTIVE);
                    assertThat(member.mode()).isEqualTo(beating.get(member.user()));
                });
            }
            store.close();
        }

        private void beatAll() {
            beating.forEach((user, mode) -> store.join(channel, here(user, mode)));
        }

        private static Attendance here(String user, Mode mode) {
            return new Attendance(user, "d", mode, State.ACTIVE, null, null);
        }

        private void happen(Event event) {
            String user = "user-" + event.user();
            switch (event.deed()) {
                case JOIN -> {
                    crashed.remove(user);
                    beating.putIfAbsent(user, Mode.VIEWING);
                    store.join(channel, here(user, beating.getOrDefault(user, Mode.VIEWING)));
                }
                case EDIT -> {
                    if (beating.replace(user, Mode.EDITING) != null) {
                        store.join(channel, here(user, Mode.EDITING));
                    }
                }
                case LEAVE -> {
                    beating.remove(user);
                    store.leave(channel, user, "d");
                }
                case CRASH -> {
                    if (beating.remove(user) != null) {
                        crashed.add(user);
                    }
                }
                case FLUSH -> {
                    if (!stores.flush()) {
                        store = stores.open(now);
                    }
                }
                case OUTAGE -> awaySteps = stores.mayBeAway() ? 8 : 0;
                case NOTHING -> {}
            }
        }
    }
}
