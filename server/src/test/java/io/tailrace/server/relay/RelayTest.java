package io.tailrace.server.relay;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.bus.BusMeters;
import io.tailrace.server.bus.BusOptions;
import io.tailrace.server.bus.RedisBus;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.testkit.RedisServer;
import io.tailrace.wire.ChannelId;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The relay between a real outbox and a real Redis. */
class RelayTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "chat:1");
    private static final String APPEND = "SELECT tailrace.append('acme', 'chat:1', 'said', '{\"a\":1}')";
    private static final String SEATED =
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())";

    private final RedisServer redis = RedisServer.launch(RedisServer.Version.SYSTEM);
    private final Bus bus = RedisBus.open(BusOptions.of(URI.create(redis.url()), "tailrace"), BusMeters.NONE);
    private final Database database = PostgresServer.shared(Version.DEBIAN_15).freshDatabase();
    private final PostgresLog log = PostgresLog.on(database, Clock.systemUTC());
    private final List<Relay> relays = new ArrayList<>();
    private final List<Announcement> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger confirmations = new AtomicInteger();

    @BeforeEach
    void listen() {
        bus.subscribe(CHANNEL, new Bus.Listener() {
            @Override
            public void announced(Announcement announcement) {
                heard.add(announcement);
            }

            @Override
            public void confirmed() {
                confirmations.incrementAndGet();
            }

            @Override
            public void interrupted() {}
        });
        eventually(() -> assertThat(confirmations.get()).isPositive());
    }

    @AfterEach
    void end() {
        relays.forEach(Relay::close);
        bus.close();
        database.close();
        redis.close();
    }

    private Relay relay(RelayOptions options) {
        var relay = Relay.start(
                database::dedicated, log.events(), log.outbox(), bus, options, RelayMeters.NONE, Clock.systemUTC());
        relays.add(relay);
        return relay;
    }

    private static RelayOptions forgettingAfter(Duration age) {
        var usual = RelayOptions.DEFAULT;
        return new RelayOptions(usual.patience(), age, usual.poll(), usual.idlePoll(), Duration.ofMillis(100), 2);
    }

    /** An application appends in a transaction of its own. */
    private void append(int count) {
        for (int i = 0; i < count; i++) {
            database.all().one(APPEND, row -> row.getLong(1));
        }
    }

    private int marks() {
        return log.outbox().unsettled(Duration.ZERO, 1_000).size();
    }

    private void announcedUpTo(long seq) {
        eventually(() ->
                assertThat(heard).anySatisfy(each -> assertThat(each.seq()).isEqualTo(seq)));
        eventually(() -> assertThat(marks()).isZero());
    }

    @Test
    @Tag("R-12")
    void announcesWhatACrashLeft() {
        append(5);
        relay(forgettingAfter(Duration.ofMinutes(1)));
        announcedUpTo(5);
        assertThat(heard).allSatisfy(each -> assertThat(each).isEqualTo(new Announcement.HeadMoved(CHANNEL, 1, 5, 0)));
    }

    @Test
    @Tag("R-12")
    void announcesWhatAnApplicationAppendsSoonerThanItPolls() {
        var patient = new RelayOptions(
                Duration.ofHours(1),
                Duration.ofHours(2),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofMillis(100),
                500);
        var relay = relay(patient);
        eventually(() -> assertThat(relay.relaying()).isTrue());
        append(1);
        announcedUpTo(1);
        append(1);
        announcedUpTo(2);
    }

    @Test
    void oneOfTwoHasTheSeatAndTheOtherTakesItOver() {
        var first = relay(forgettingAfter(Duration.ofMinutes(1)));
        eventually(() -> assertThat(first.relaying()).isTrue());
        var second = relay(forgettingAfter(Duration.ofMinutes(1)));
        append(1);
        announcedUpTo(1);
        assertThat(second.relaying()).isFalse();
        first.close();
        eventually(() -> assertThat(second.relaying()).isTrue());
        append(1);
        announcedUpTo(2);
    }

    @Test
    void aRelayWhoseConnectionIsCutLosesTheSeatAndSomeoneTakesIt() {
        relay(forgettingAfter(Duration.ofMinutes(1)));
        relay(forgettingAfter(Duration.ofMinutes(1)));
        eventually(() -> assertThat(seated()).hasSize(1));
        int pid = seated().getFirst();
        database.all().one("SELECT pg_terminate_backend(?)", row -> row.getBoolean(1), pid);
        eventually(() -> assertThat(seated()).hasSize(1).doesNotContain(pid));
        append(3);
        announcedUpTo(3);
        assertThat(relays.stream().filter(Relay::relaying)).hasSize(1);
    }

    private List<Integer> seated() {
        return database.all().query(SEATED, row -> row.getInt(1));
    }

    @Test
    @Tag("R-82")
    void waitsWhileTheBusIsAwayAndAnnouncesAfterwards() {
        var relay = relay(forgettingAfter(Duration.ofMinutes(1)));
        eventually(() -> assertThat(relay.relaying()).isTrue());
        redis.kill();
        eventually(() -> assertThat(relay.relaying()).isFalse());
        append(3);
        assertThat(marks()).isEqualTo(3);
        redis.start();
        announcedUpTo(3);
    }

    @Test
    void dropsMarksThatAreTooOldToMatter() {
        append(3);
        database.all().update("UPDATE tailrace.outbox SET at = at - interval '2 minutes'");
        var meters = new AtomicInteger();
        relays.add(Relay.start(
                database::dedicated,
                log.events(),
                log.outbox(),
                new Refusing(bus),
                forgettingAfter(Duration.ofMinutes(1)),
                new RelayMeters() {
                    @Override
                    public void dropped(int marks) {
                        meters.addAndGet(marks);
                    }
                },
                Clock.systemUTC()));
        eventually(() -> assertThat(marks()).isZero());
        eventually(() -> assertThat(meters).hasValue(3));
        assertThat(heard).isEmpty();
    }

    /** A bus that is up and takes nothing. */
    private record Refusing(Bus bus) implements Bus {

        @Override
        public boolean publish(java.util.Collection<? extends Announcement> announcements) {
            return false;
        }

        @Override
        public Subscription subscribe(ChannelId channel, Listener listener) {
            return bus.subscribe(channel, listener);
        }

        @Override
        public void broadcast(byte[] message) {}

        @Override
        public Subscription hear(java.util.function.Consumer<byte[]> listener) {
            return bus.hear(listener);
        }

        @Override
        public boolean up() {
            return true;
        }

        @Override
        public Subscription serve(String node, Handler handler) {
            return bus.serve(node, handler);
        }

        @Override
        public java.util.Optional<byte[]> ask(String node, byte[] request, Duration timeout) {
            return bus.ask(node, request, timeout);
        }

        @Override
        public void close() {}
    }
}
