package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogEntry;
import io.tailrace.log.Writes;
import io.tailrace.wire.Event;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Six clients count up shared counters by compare-and-set, in batches over shuffled channels, while backends are
 * killed. Takes the seconds of the system property {@code tailrace.fire.seconds} per version.
 */
@ParameterizedClass
@EnumSource
class AppendUnderFireTest extends OnPostgres {

    private static final Duration DURATION = Duration.ofSeconds(Long.getLong("tailrace.fire.seconds", 10));
    private static final int CLIENTS = 6;
    private static final int CHANNELS = 12;
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(100);

    /** What a client may rely on: these are in the log at these places. */
    private record Acknowledged(String channel, long seq, String data) {}

    @Test
    @Tag("R-10")
    @Tag("R-14")
    void nothingIsLostOrDoubledAndNobodySeesADeadlock() throws Exception {
        String prefix = channel();
        List<String> channels = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            channels.add(prefix + "-" + i);
        }
        long deadline = System.nanoTime() + DURATION.toNanos();
        var acknowledged = new ArrayList<Acknowledged>();
        int kills;
        try (var executor =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var clients = new ArrayList<Future<List<Acknowledged>>>();
            for (int i = 0; i < CLIENTS; i++) {
                var random = new Random(i);
                clients.add(executor.submit(new Client(i, random, channels, deadline)));
            }
            Future<Integer> killer = executor.submit(() -> kill(deadline));
            for (Future<List<Acknowledged>> client : clients) {
                acknowledged.addAll(client.get());
            }
            kills = killer.get();
        }
        assertThat(kills).isGreaterThan(5);
        assertThat(acknowledged).hasSizeGreaterThan(CLIENTS * 20);
        assertThat(new HashSet<>(acknowledged)).hasSameSizeAs(acknowledged);
        Map<String, List<Event>> logged = new HashMap<>();
        for (String channel : channels) {
            logged.put(channel, dense(channel));
        }
        for (Acknowledged write : acknowledged) {
            Event event = logged.getOrDefault(write.channel(), List.of()).get((int) write.seq() - 1);
            assertThat(event.data().text()).isEqualTo(write.data());
        }
        assertThat(logged.values().stream().mapToInt(List::size).sum())
                .as("every write was retried until its outcome was known")
                .isEqualTo(acknowledged.size());
        assertThat(database.all()
                        .<Long>one(
                                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
                                row -> row.getLong(1)))
                .isZero();
    }

    /** All events: numbered without a gap, and each counter going up by one. */
    private static List<Event> dense(String channel) {
        var events = new ArrayList<Event>();
        List<LogEntry> page;
        do {
            page = entries(channel, events.size());
            page.forEach(entry -> events.add(entry.event()));
        } while (page.size() == EventLog.MAX_PAGE);
        var counters = new HashMap<String, Integer>();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).seq()).isEqualTo(i + 1L);
            int count = counters.merge(events.get(i).key(), 1, Integer::sum);
            assertThat(events.get(i).data().text()).isEqualTo(Integer.toString(count));
        }
        return events;
    }

    private static int kill(long deadline) throws SQLException {
        int kills = 0;
        var random = new Random(7);
        try (var connection = server.connect(name);
                var statement = connection.createStatement()) {
            while (System.nanoTime() < deadline) {
                try (var result = statement.executeQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND state = 'active' ORDER BY md5(pid::text || '" + random.nextInt() + "') LIMIT 1")) {
                    kills += result.next() ? 1 : 0;
                }
                LockSupport.parkNanos(BETWEEN_KILLS.toNanos());
            }
        }
        return kills;
    }

    /** A node of its own with one caller, which knows of each counter what it was last told. */
    private record Client(int number, Random random, List<String> channels, long deadline)
            implements Callable<List<Acknowledged>> {

        @Override
        public List<Acknowledged> call() {
            var acknowledged = new ArrayList<Acknowledged>();
            var known = new HashMap<String, Event>();
            try (var own = server.open(name)) {
                var events = PostgresLog.on(own, Clock.systemUTC()).events();
                while (System.nanoTime() < deadline) {
                    List<Writes> batch = batch(known);
                    List<AppendOutcome> outcomes = decided(events, batch);
                    for (int i = 0; i < batch.size(); i++) {
                        learn(batch.get(i), outcomes.get(i), known, acknowledged);
                    }
                }
            }
            return acknowledged;
        }

        private List<Writes> batch(Map<String, Event> known) {
            var shuffled = new ArrayList<>(channels);
            Collections.shuffle(shuffled, random);
            var batch = new ArrayList<Writes>();
            for (String channel : shuffled.subList(0, 1 + random.nextInt(6))) {
                String key = "counter:" + random.nextInt(3);
                Event last = known.get(channel + key);
                int next = last == null ? 1 : Integer.parseInt(last.data().text()) + 1;
                batch.add(Writes.to(channel)
                        .key(key)
                        .data(Integer.toString(next))
                        .ifMatch(last == null ? 0 : last.seq()));
            }
            return batch;
        }

        /** Retries the same keys until every outcome is known. */
        private static List<AppendOutcome> decided(EventLog events, List<Writes> batch) {
            List<Append> writes = batch.stream().map(Writes::append).toList();
            while (true) {
                List<AppendOutcome> outcomes = events.append(writes);
                boolean undecided = outcomes.stream()
                        .anyMatch(outcome -> outcome instanceof AppendOutcome.Unknown
                                || outcome instanceof AppendOutcome.Unavailable);
                if (!undecided) {
                    return outcomes;
                }
            }
        }

        private static void learn(
                Writes write, AppendOutcome outcome, Map<String, Event> known, List<Acknowledged> acknowledged) {
            String channel = write.channel().name().value();
            long seq =
                    switch (outcome) {
                        case AppendOutcome.Committed committed -> committed.seq();
                        case AppendOutcome.Replayed replayed -> replayed.seq();
                        case AppendOutcome.Stale(Event current) -> {
                            known.put(channel + write.key(), current);
                            yield 0;
                        }
                        case AppendOutcome refused -> throw new AssertionError(refused);
                    };
            if (seq > 0) {
                acknowledged.add(new Acknowledged(channel, seq, write.data()));
                var draft = write.append().draft();
                known.put(
                        channel + write.key(),
                        new Event(
                                write.channel().name(),
                                seq,
                                draft.type(),
                                draft.key(),
                                null,
                                draft.data(),
                                "u1",
                                null,
                                Instant.EPOCH,
                                null));
            }
        }
    }
}
