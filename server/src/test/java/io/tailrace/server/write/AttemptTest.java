package io.tailrace.server.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.Audit;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.Outbox;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.server.bus.LocalEphemeralBus;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.schema.Schemas;
import io.tailrace.server.signal.SignalMeters;
import io.tailrace.server.signal.Signals;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Standing;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What authors are told of what the log says: the outcomes that a healthy database hardly ever gives are scripted. */
class AttemptTest {

    private static final ChannelName CHANNEL = new ChannelName("chat:a");
    private static final AppendOutcome CHANGED = new AppendOutcome.ContractChanged();
    private static final AppendOutcome UNKNOWN = new AppendOutcome.Unknown();
    private static final Instant AT = Instant.parse("2026-11-23T08:00:00Z");

    private final Deque<List<AppendOutcome>> script = new ArrayDeque<>();
    private final List<List<Append>> sent = new CopyOnWriteArrayList<>();
    private final LocalBus bus = new LocalBus();
    private final EphemeralBus ephemeralBus = new LocalEphemeralBus();
    private final Signals signals = new Signals(ephemeralBus, () -> AT, SignalMeters.NONE);
    private final WriteLanes lanes =
            new WriteLanes(log(), outbox(), bus, point -> {}, WriteOptions.DEFAULT, WriteMeters.NONE);
    private Contract contract = Contract.DEFAULT;
    private long version;
    private boolean away;

    @AfterEach
    void close() {
        lanes.close();
        signals.close();
        ephemeralBus.close();
        bus.close();
    }

    @Test
    void anUnknownOutcomeHoldsUpTheRestOfTheChannel() {
        script.add(List.of(committed(1), UNKNOWN, UNKNOWN));
        assertThat(told("1", "2", "3")).containsExactly("201", "503 outcome-unknown", "503 outcome-unknown");
    }

    @Test
    void whatFollowsA503IsNotTriedWhateverElseIsWrongWithIt() {
        contract = JsonCodec.read("{\"max_event_bytes\":5}", Contract.class);
        script.add(List.of(new AppendOutcome.Unavailable(), new AppendOutcome.Unavailable()));
        assertThat(told("1", "\"too long\"", "3"))
                .containsExactly("503 unavailable", "503 unavailable", "503 unavailable");
    }

    @Test
    void refusalsThatNoRetryMendsHoldUpNothing() {
        script.add(List.of(
                new AppendOutcome.Rejected("a value"),
                new AppendOutcome.NoChannel(),
                new AppendOutcome.Forbidden(),
                new AppendOutcome.KeyReused(),
                new AppendOutcome.Stale(null),
                committed(1)));
        assertThat(told("1", "2", "3", "4", "5", "6"))
                .containsExactly(
                        "422 value-unacceptable",
                        "404 channel-not-found",
                        "403 forbidden",
                        "422 idempotency-key-reused",
                        "412",
                        "201");
    }

    @Test
    void aContractThatChangedIsReadAgain() {
        script.add(List.of(CHANGED, CHANGED));
        script.add(List.of(CHANGED, CHANGED));
        script.add(List.of(committed(1), committed(2)));
        assertThat(told("1", "2")).containsExactly("201", "201");
        assertThat(sent.stream().map(batch -> batch.getFirst().contractVersion()))
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void aContractThatChangesForEverIsToBeRetriedLater() {
        IntStream.range(0, 3).forEach(i -> script.add(List.of(CHANGED)));
        assertThat(told("1")).containsExactly("503 contract-changed");
    }

    @Test
    void whatAnEarlierContractAllowedIsLookedUpButNeverAppended() {
        contract = JsonCodec.read("{\"max_event_bytes\":5}", Contract.class);
        version = 7;
        script.add(List.of(new AppendOutcome.Replayed(4, AT), CHANGED, committed(5)));
        assertThat(told("\"too long\"", "\"too long\"", "3"))
                .containsExactly("201 replayed", "413 body-too-large", "201");
        assertThat(sent.getFirst().stream().map(Append::contractVersion)).containsExactly(-1L, -1L, 7L);
    }

    @Test
    void aDatabaseThatIsAwayIsToldAsSuch() {
        away = true;
        assertThat(told("1", "2")).containsExactly("503 unavailable", "503 unavailable");
        assertThat(sent).isEmpty();
    }

    private List<String> told(String... data) {
        var writes = new Writes(
                access(),
                contracts(),
                new Schemas(),
                (channel, rate) -> Optional.empty(),
                lanes,
                signals,
                new ClientAddress(List.of()),
                WriteOptions.DEFAULT,
                () -> AT,
                WriteMeters.NONE);
        var items = Arrays.stream(data).map(AttemptTest::item).toList();
        var author = new Identity(new Actor("acme", "ada", null, null, AT), List.of(), AT, Identity.Credential.TOKEN);
        return writes.begin(new Sender(author, () -> null, "trace"), CHANNEL, items).finish().stream()
                .map(AttemptTest::brief)
                .toList();
    }

    private static String brief(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Stored stored -> stored.replayed() ? "201 replayed" : "201";
            case WriteOutcome.PassedOn() -> "202";
            case WriteOutcome.Stale ignored -> "412";
            case WriteOutcome.Refused(var problem) -> {
                boolean later = problem.status() == 503;
                assertThat(problem.retryAfterSeconds().isPresent()).isEqualTo(later);
                yield problem.status() + " " + problem.cause().slug();
            }
        };
    }

    private static WriteItem item(String data) {
        return new WriteItem(
                new IdempotencyKey("k" + data.hashCode()), new EventDraft("t", new Json(data), null, null, null), null);
    }

    private static AppendOutcome committed(long seq) {
        return new AppendOutcome.Committed(seq, AT, 1, 0, seq);
    }

    private EventLog log() {
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    var batch = ((List<?>) arguments[0])
                            .stream().map(Append.class::cast).toList();
                    sent.add(batch);
                    return script.remove();
                });
    }

    private static Outbox outbox() {
        return (Outbox) Proxy.newProxyInstance(
                Outbox.class.getClassLoader(), new Class<?>[] {Outbox.class}, (proxy, method, arguments) -> null);
    }

    private Contracts contracts() {
        return new Contracts() {
            @Override
            public Versioned of(String tenant, String namespace) {
                if (away) {
                    throw new LogUnavailable("away", new IOException());
                }
                return new Versioned(contract, version);
            }

            @Override
            public Versioned refreshed(String tenant, String namespace) {
                return new Versioned(contract, ++version);
            }

            @Override
            public long put(String tenant, String namespace, Contract other, Audit.By by) {
                throw new AssertionError("nobody changes a contract here");
            }
        };
    }

    private static Access access() {
        return new Access() {
            @Override
            public Identity identify(ServerRequest request) {
                throw new AssertionError("there is no request");
            }

            @Override
            public Identity identify(String token) {
                throw new AssertionError("there is no token");
            }

            @Override
            public Optional<Standing> standing(Identity identity, ChannelName channel, Capability capability) {
                return Optional.of(Standing.GRANT);
            }

            @Override
            public Map<ChannelName, Standing> standings(
                    Identity identity, Collection<ChannelName> channels, Capability capability) {
                throw new AssertionError("nothing is asked for many channels here");
            }

            @Override
            public Standing require(Identity identity, ChannelName channel, Capability capability) {
                return Standing.GRANT;
            }

            @Override
            public Standing presume(Identity identity, ChannelName channel, Capability capability) {
                return Standing.GRANT;
            }

            @Override
            public Set<String> shutOut(Identity identity, ChannelName channel, Collection<String> users) {
                throw new AssertionError("nobody writes in another's name here");
            }

            @Override
            public void requireAll(Identity identity, String prefix, Capability capability) {}
        };
    }
}
