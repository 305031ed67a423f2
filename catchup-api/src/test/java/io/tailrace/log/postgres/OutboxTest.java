package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.Outbox.Mark;
import io.tailrace.log.Writes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Tag("R-12")
class OutboxTest extends OnPostgres {

    @BeforeEach
    void clear() {
        log.outbox().drop(Duration.ZERO);
    }

    @Test
    void oneMarkPerAppendAndChannelUntilItIsSettled() {
        String a = channel();
        String b = channel();
        var outcomes = append(
                Writes.to(a), Writes.to(b), Writes.to(a), Writes.to(b).key("k").ifMatch(9));
        long markA = ((Committed) outcomes.get(0)).mark();
        long markB = ((Committed) outcomes.get(1)).mark();
        assertThat(((Committed) outcomes.get(2)).mark()).isEqualTo(markA);
        assertThat(log.outbox().unsettled(Duration.ZERO, 10))
                .containsExactlyInAnyOrder(new Mark(markA, id(a), 2), new Mark(markB, id(b), 1));
        assertThat(log.outbox().unsettled(Duration.ZERO, 1)).hasSize(1);
        log.outbox().settle(List.of(markA, 987_654_321L));
        assertThat(log.outbox().unsettled(Duration.ZERO, 10)).containsExactly(new Mark(markB, id(b), 1));
        log.outbox().settle(List.of());
    }

    @Test
    void youngMarksAreLeftToTheirWriter() {
        append(Writes.to(channel()));
        assertThat(log.outbox().unsettled(Duration.ofMinutes(1), 10)).isEmpty();
        assertThat(log.outbox().drop(Duration.ofMinutes(1))).isZero();
        assertThat(log.outbox().drop(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void whatIsRefusedOrReplayedLeavesNoMark() {
        var write = Writes.to(channel());
        append(write);
        log.outbox().drop(Duration.ZERO);
        append(write, write.data("1"), write.key("k").ifMatch(3).under("never"));
        assertThat(log.outbox().unsettled(Duration.ZERO, 10)).isEmpty();
    }
}
