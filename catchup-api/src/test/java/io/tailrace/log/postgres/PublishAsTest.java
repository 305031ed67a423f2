package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome;
import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Forbidden;
import io.tailrace.log.AppendOutcome.KeyReused;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.AppendOutcome.Stale;
import io.tailrace.log.Audit;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.log.Reader;
import io.tailrace.log.Role;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.log.Writes;
import io.tailrace.testkit.PostgresServer.Version;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Event;
import io.tailrace.wire.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes in another's name. */
@ParameterizedClass
@EnumSource(Version.class)
class PublishAsTest extends OnPostgres {

    private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");

    /** A backend of a tenant that nobody else uses. */
    private final Actor backend = Writes.actor("t" + UUID.randomUUID(), "importer");

    private Writes to(String channel) {
        return Writes.to(channel).by(backend);
    }

    private ChannelId own(String channel) {
        return new ChannelId(backend.tenant(), new ChannelName(channel));
    }

    private List<Event> events(String channel) {
        var reader = new Reader(backend, Standing.GRANT);
        var outcome = log.events().snapshot(own(channel), Contract.DEFAULT, 0, reader);
        return ((SnapshotOutcome.Taken) outcome).items();
    }

    private List<Audit.Entry> published() {
        return log.audit().page(backend.tenant(), 0, Audit.MAX_PAGE).stream()
                .filter(entry -> entry.action().equals("event.published_as"))
                .toList();
    }

    @Test
    void theEventTellsWhoWroteItForWhom() {
        String a = channel();
        var write = to(a).key("card").as("bob");
        append(write, to(a).key("card"), to(a).as("importer"));
        assertThat(events(a)).extracting(Event::by).containsExactly("bob", "importer", "importer");
        assertThat(events(a)).extracting(Event::via).containsExactly("importer", null, null);
        assertThat(append(write)).isInstanceOf(Replayed.class);

        append(to(a).key("card").as("bob"));
        assertThat(((Stale) append(to(a).key("card").ifMatch(1))).current())
                .isEqualTo(events(a).getLast());
        var state = (SnapshotOutcome.Taken)
                log.events().snapshot(own(a), Contract.builtIn("board"), 0, new Reader(backend, Standing.GRANT));
        assertThat(state.items()).extracting(Event::via).containsExactly("importer");
    }

    @Test
    @Tag("R-10")
    void aKeyIsTheBackendsAndStandsForOneName() {
        String a = channel();
        var write = to(a).as("bob");
        assertThat(append(write)).isInstanceOf(Committed.class);
        assertThat(append(write.as("eve"), write.as("importer"))).hasOnlyElementsOfType(KeyReused.class);
        assertThat(append(write)).isInstanceOf(Replayed.class);
        var bob = Writes.actor(backend.tenant(), "bob");
        assertThat(append(write.by(bob))).as("bob's own key").isInstanceOf(Committed.class);
        assertThat(published()).hasSize(1);
    }

    @Test
    @Tag("R-72")
    void nobodyWritesInTheNameOfWhoWasRemoved() {
        String a = channel();
        var before = to(a).as("bob");
        append(before);
        log.members().remove(own(a), "bob", Audit.By.of(backend));
        var outcomes = append(to(a).as("bob"), to(a), to(a).as("eve"), before);
        assertThat(outcomes.get(0)).isInstanceOf(Forbidden.class);
        assertThat(outcomes.get(1)).isInstanceOf(Committed.class);
        assertThat(outcomes.get(2)).isInstanceOf(Committed.class);
        assertThat(outcomes.get(3)).as("a retry of what is in the log").isInstanceOf(Replayed.class);
        assertThat(append(to(channel()).as("bob"))).as("elsewhere").isInstanceOf(Committed.class);
        log.members().put(own(a), "bob", Role.VIEWER, Audit.By.of(backend));
        assertThat(append(to(a).as("bob"))).isInstanceOf(Committed.class);
    }

    @Test
    @Tag("R-72")
    void nobodyWritesInTheNameOfWhoWasRevokedByATokenOfBefore() {
        String a = channel();
        log.members().revoke(backend.tenant(), Revoked.USER, "bob", UNTIL, Audit.By.of(backend));
        assertThat(append(to(a).as("bob"))).isInstanceOf(Forbidden.class);
        assertThat(append(to(a).as("eve"))).isInstanceOf(Committed.class);
        var fresh = new Actor(
                backend.tenant(), "importer", "next", null, Instant.now().plusSeconds(5));
        assertThat(append(Writes.to(a).by(fresh).as("bob"))).isInstanceOf(Committed.class);
    }

    @Test
    @Tag("R-72")
    void aBackendThatWasShutOutWritesInNobodysName() {
        String a = channel();
        log.members().remove(own(a), "importer", Audit.By.of(backend));
        assertThat(append(to(a).as("bob"))).isInstanceOf(Forbidden.class);
        assertThat(published()).isEmpty();
    }

    @Test
    @Tag("R-70")
    void aRemovalInOneTenantShutsNobodyOutOfAnother() {
        String a = channel();
        log.members().remove(id(a), "bob", BY);
        assertThat(append(to(a).as("bob"))).isInstanceOf(Committed.class);
    }

    @Test
    @Tag("R-75")
    void theAuditHasAnEntryForEachRequestChannelAndName() {
        String a = channel();
        String b = channel();
        append(to(a), to(a).as("bob"), to(b).as("bob"), to(a).as("eve\"\\"), to(a).as("bob"));
        assertThat(published())
                .extracting(entry -> entry.subject() + " " + entry.detail())
                .containsExactlyInAnyOrder(
                        a + " {\"by\":\"bob\",\"events\":2,\"first_seq\":2,\"last_seq\":4}",
                        a + " {\"by\":\"eve\\\"\\\\\",\"events\":1,\"first_seq\":3,\"last_seq\":3}",
                        b + " {\"by\":\"bob\",\"events\":1,\"first_seq\":1,\"last_seq\":1}");
        assertThat(published()).allSatisfy(entry -> {
            assertThat(entry.by()).isEqualTo("importer");
            assertThat(entry.token()).isEqualTo("jti-importer");
            assertThat(entry.address()).isEqualTo("192.0.2.7");
            assertThat(entry.trace()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        });
    }

    @Test
    @Tag("R-75")
    void whatWasNotWrittenIsNotInTheAudit() {
        String a = channel();
        append(to(a).as("bob").key("card").ifMatch(7), to(a).as("bob").version(9));
        append(to(a), to(a));
        assertThat(published()).isEmpty();
    }

    @Test
    @Tag("R-75")
    void whoPagesWhileOthersWriteMissesNothing() throws Exception {
        int writers = 4;
        int each = 40;
        String manager = channel();
        var done = new AtomicBoolean();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Long>> reader = executor.submit(() -> paged(done));
            var tasks = new ArrayList<Callable<Object>>();
            for (int i = 0; i < writers; i++) {
                String a = channel();
                tasks.add(() -> IntStream.range(0, each)
                        .mapToObj(k -> append(to(a).as("user-" + k)))
                        .toList());
            }
            tasks.add(() -> IntStream.range(0, each)
                    .mapToObj(k -> log.members().remove(own(manager), "user-" + k, Audit.By.of(backend)))
                    .toList());
            for (var task : executor.invokeAll(tasks)) {
                task.get();
            }
            done.set(true);
            var seen = reader.get();
            assertThat(seen).hasSize((writers + 1) * each).isSorted();
            assertThat(new HashSet<>(seen)).hasSize((writers + 1) * each);
        }
    }

    private List<Long> paged(AtomicBoolean done) {
        var seen = new ArrayList<Long>();
        while (true) {
            boolean last = done.get();
            var page = log.audit().page(backend.tenant(), seen.isEmpty() ? 0 : seen.getLast(), 7);
            page.forEach(entry -> seen.add(entry.id()));
            if (last && page.isEmpty()) {
                return seen;
            }
        }
    }

    @Test
    @Tag("R-71")
    void nothingIsWrittenInTheNameOfWhoWasRemovedOnceThatIsAcknowledged() throws Exception {
        for (int i = 0; i < 10; i++) {
            String a = channel();
            var removed = new AtomicBoolean();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<List<Long>> writer = executor.submit(() -> {
                    var seqs = new ArrayList<Long>();
                    while (true) {
                        boolean late = removed.get();
                        AppendOutcome outcome = append(to(a).as("bob"));
                        if (outcome instanceof Forbidden) {
                            return seqs;
                        }
                        assertThat(late).isFalse();
                        seqs.add(((Committed) outcome).seq());
                    }
                });
                var removal = log.members().remove(own(a), "bob", Audit.By.of(backend));
                removed.set(true);
                assertThat(writer.get()).allMatch(seq -> seq < removal.seq());
            }
        }
    }
}
