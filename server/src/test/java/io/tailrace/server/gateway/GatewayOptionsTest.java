package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GatewayOptionsTest {

    @Test
    @Tag("R-52")
    void fewStreamsLeaveADrainingNodeAtOnceAndManyAtThePaceAtWhichOthersLetThemIn() {
        var options =
                GatewayOptions.DEFAULT.withOpenRate(2_000).withDrain(Duration.ofSeconds(10), Duration.ofSeconds(15));
        assertThat(options.spread(0)).isZero();
        assertThat(options.spread(1)).isEqualTo(Duration.ofMillis(2));
        assertThat(options.spread(1_000)).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.spread(5_000)).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.spread(1_000_000)).isEqualTo(Duration.ofSeconds(10));
    }
}
