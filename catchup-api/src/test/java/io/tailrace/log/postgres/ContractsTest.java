package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.ContractChanged;
import io.tailrace.log.AppendOutcome.NoChannel;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.Contracts;
import io.tailrace.log.Writes;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Json;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Tag("R-01")
class ContractsTest extends OnPostgres {

    private static final Contract EXPLICIT = new Contract(
            Contract.Durability.DURABLE,
            Contract.State.KEYED,
            new Contract.Retention(3_600L, 100L),
            new Contract.ReplayWindow(50, 600),
            false,
            true,
            false,
            false,
            1_024,
            7,
            Contract.Conflict.COMPARE_AND_SET,
            Contract.Create.EXPLICIT,
            Map.of("card.moved", Json.parse("{\"type\":\"object\"}")));

    @Test
    void aContractComesBackAsItWasPutWithAHigherVersion() {
        assertThat(log.contracts().of("acme", "chat")).isEqualTo(new Contracts.Versioned(Contract.builtIn("chat"), 0));
        assertThat(log.contracts().put("acme", "chat", EXPLICIT, BY)).isEqualTo(1);
        assertThat(log.contracts().put("acme", "chat", EXPLICIT, BY)).isEqualTo(2);
        assertThat(log.contracts().of("acme", "chat")).isEqualTo(new Contracts.Versioned(EXPLICIT, 2));
        assertThat(log.contracts().refreshed("acme", "chat")).isEqualTo(new Contracts.Versioned(EXPLICIT, 2));
        assertThat(log.contracts().refreshed("other", "chat").version()).isZero();
    }

    @Test
    void anotherNodeSeesAChangeOnceItsCacheIsStale() {
        var now = new Instant[] {Instant.EPOCH};
        var other = new PostgresContracts(database, () -> now[0]);
        assertThat(other.of("acme", "slow").version()).isZero();
        log.contracts().put("acme", "slow", EXPLICIT, BY);
        assertThat(other.of("acme", "slow").version()).isZero();
        now[0] = now[0].plus(PostgresContracts.FRESH);
        assertThat(other.of("acme", "slow").version()).isEqualTo(1);
    }

    @Test
    void aWriteValidatedAgainstAnotherContractIsRefusedAndRecordsNothing() {
        var write = Writes.to("plan:1");
        assertThat(append(write.version(1))).isInstanceOf(ContractChanged.class);
        var first = append(write);
        long version = log.contracts().put("acme", "plan", Contract.DEFAULT, BY);
        assertThat(first).isInstanceOf(Committed.class);
        assertThat(append(write)).isInstanceOf(Replayed.class);
        assertThat(append(Writes.to("plan:1"))).isInstanceOf(ContractChanged.class);
        assertThat(append(Writes.to("plan:1").version(version))).isInstanceOf(Committed.class);
    }

    @Test
    void anExplicitNamespaceMakesNoChannelByWriting() {
        long version = log.contracts().put("acme", "strict", EXPLICIT, BY);
        var write = Writes.to("strict:1").version(version);
        assertThat(append(write)).isInstanceOf(NoChannel.class);
        assertThat(log.channels().describe(id("strict:1"))).isEmpty();
        assertThat(log.channels().create(id("strict:1"), BY)).isTrue();
        assertThat(append(write)).isInstanceOf(Committed.class);
        log.channels().delete(id("strict:1"), BY);
        assertThat(append(Writes.to("strict:1").version(version))).isInstanceOf(NoChannel.class);
        assertThat(append(write)).isInstanceOf(Replayed.class);
    }
}
