package io.tailrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TransportTest {

    @Test
    void onlyHttp2CarriesSeveralStreams() {
        assertThat(new Transport(false, true, 10).protocol()).isEqualTo("h2");
        assertThat(Transport.PLAIN.protocol()).isEqualTo("http/1.1");
        assertThatThrownBy(() -> new Transport(true, false, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Transport(true, true, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
