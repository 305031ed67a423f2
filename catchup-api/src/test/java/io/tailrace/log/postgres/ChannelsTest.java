package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Forbidden;
import io.tailrace.log.AppendOutcome.Stale;
import io.tailrace.log.Channels.Member;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Reader;
import io.tailrace.log.Role;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.log.Writes;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Standing;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ChannelsTest extends OnPostgres {

    @Test
    void aChannelIsMadeOnceAndDescribed() {
        String a = channel();
        assertThat(log.channels().describe(id(a))).isEmpty();
        assertThat(log.channels().create(id(a), BY)).isTrue();
        assertThat(log.channels().create(id(a), BY)).isFalse();
        log.members().put(id(a), "zoe", Role.VIEWER, BY);
        log.members().put(id(a), "Ann", Role.MANAGER, BY);
        assertThat(log.channels().describe(id(a))).hasValueSatisfying(channel -> {
            assertThat(channel.head().seq()).isEqualTo(2);
            assertThat(channel.members())
                    .containsExactly(new Member("Ann", Role.MANAGER), new Member("zoe", Role.VIEWER));
        });
    }

    @Test
    void aRefusedWriteMakesNoChannel() {
        String a = channel();
        assertThat(append(Writes.to(a).key("k").ifMatch(3))).isInstanceOf(Stale.class);
        assertThat(log.channels().describe(id(a))).isEmpty();
    }

    @Test
    @Tag("R-02")
    void aDeletedChannelKeepsItsHeadAndGoesOnAfterIt() {
        String a = channel();
        append(Writes.to(a).key("k"), Writes.to(a));
        log.members().put(id(a), "u7", Role.EDITOR, BY);
        log.members().remove(id(a), "u8", BY);
        long epoch = log.members().accessEpoch("acme");

        assertThat(log.channels().delete(id(a), BY))
                .hasValueSatisfying(raised -> assertThat(raised).isGreaterThan(epoch));
        assertThat(log.channels().delete(id(a), BY)).isEmpty();
        assertThat(log.channels().delete(id("board:none"), BY)).isEmpty();
        assertThat(log.channels().describe(id(a))).isEmpty();
        assertThat(head(a).seq()).isEqualTo(4);
        assertThat(head(a).floor()).isEqualTo(4);
        assertThat(log.events().read(id(a), 1, 10)).isInstanceOf(ReadOutcome.BelowFloor.class);
        assertThat(entries(a, 4)).isEmpty();

        assertThat(append(Writes.to(a).by(Writes.actor("acme", "u7")).byMembership()))
                .isInstanceOf(Forbidden.class);
        assertThat(append(Writes.to(a).by(Writes.actor("acme", "u8")))).isInstanceOf(Forbidden.class);
        var again = append(Writes.to(a).key("k").ifMatch(0));
        assertThat(((Committed) again).seq()).isEqualTo(5);
        assertThat(entries(a, 4)).hasSize(1);
        var snapshot = (SnapshotOutcome.Taken)
                log.events().snapshot(id(a), Contract.builtIn("board"), 0, new Reader(ADMIN, Standing.GRANT));
        assertThat(snapshot.items()).hasSize(1);
        assertThat(log.channels().describe(id(a)).orElseThrow().members()).isEmpty();
    }

    @Test
    void whatADeletedChannelLeavesIsSweptAway() {
        String a = channel();
        append(Writes.to(a).key("k"), Writes.to(a));
        long id = database.all().one("SELECT id FROM tailrace.channel WHERE name = ?", row -> row.getLong(1), a);
        log.channels().delete(id(a), BY);
        append(Writes.to(a));
        assertThat(log.retention().sweep().events()).isGreaterThanOrEqualTo(2);
        assertThat(database.all()
                        .<Long>one("SELECT count(*) FROM tailrace.event WHERE channel = ?", r -> r.getLong(1), id))
                .isZero();
        assertThat(database.all()
                        .<Long>one("SELECT count(*) FROM tailrace.keyed WHERE channel = ?", r -> r.getLong(1), id))
                .isZero();
        assertThat(entries(a, 2)).hasSize(1);
    }
}
