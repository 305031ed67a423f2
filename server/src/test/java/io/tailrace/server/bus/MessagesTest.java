package io.tailrace.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.ChannelId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");

    @Test
    void whatIsCutOffOrOfAnotherVersionIsNoAnnouncement() {
        byte[] whole = Messages.encode(BusContract.event(CHANNEL, 5));
        for (int length = 0; length < 30; length++) {
            assertThat(Messages.decode(CHANNEL, Arrays.copyOf(whole, length))).isEmpty();
        }
        assertThat(Messages.decode(CHANNEL, whole)).isPresent();
        whole[0] = 2;
        assertThat(Messages.decode(CHANNEL, whole)).isEmpty();
        whole[0] = 1;
        whole[1] = 99;
        assertThat(Messages.decode(CHANNEL, whole)).isEmpty();
    }

    @Test
    void namesOfRedisChannelsAreTheirChannelsAlone() {
        var topics = new Topics("tailrace");
        assertThat(topics.events(CHANNEL)).isEqualTo("tailrace:e:{board:roadmap/acme}");
        assertThat(topics.events(ChannelId.of("a/b", "c"))).isNotEqualTo(topics.events(ChannelId.of("b", "c")));
    }
}
