package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.wire.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {

    @RepeatedTest(50)
    void comesBackAsItWent(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var lists = new ArrayList<Integer>();
        for (int i = random.nextInt(GatewayOptions.DEFAULT.maxChannels() + 1); i > 0; i--) {
            lists.add(random.nextBoolean() ? 0 : random.nextInt(0x1000000));
        }
        var moment = new Moment(random.nextInt(), random.nextLong(), lists);
        var back = Moment.parse(moment.text());
        assertThat(back.run()).isEqualTo(moment.run());
        assertThat(back.showing()).isEqualTo(moment.showing());
        for (int i = 0; i < lists.size(); i++) {
            assertThat(back.list(i)).isEqualTo(lists.get(i));
        }
        assertThat(back.list(lists.size())).isZero();
    }

    @Test
    void whereNobodyIsItIsShort() {
        assertThat(new Moment(1, 2, Collections.nCopies(500, 0)).text()).hasSize(16);
        assertThat(new Moment(1, 2, Collections.nCopies(500, 1)).text()).hasSize(2_016);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "AAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAAAA"})
    void whatWasNeverOneIsRefused(String text) {
        assertThatThrownBy(() -> Moment.parse(text)).isInstanceOf(Refusal.class);
    }

    @Test
    void whatIsNotOursDoesNoHarm() {
        assertThat(Moment.parse("-_".repeat(9)).list(3)).isZero();
        assertThat(Moment.parse("A".repeat(2_048)).lists()).isEqualTo(Collections.nCopies(508, 0));
        assertThat(new Moment(0, 0, List.of()).list(0)).isZero();
    }
}
