package io.tailrace.server.signal;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.ChannelId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MergerTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "chat:1");

    private final List<String> out = new CopyOnWriteArrayList<>();
    private final Merger merger = new Merger((channel, notice) -> out.add(notice.event()), SignalMeters.NONE);

    @AfterEach
    void close() {
        merger.close();
    }

    private void tell(String key, String name) {
        merger.tell(CHANNEL, Notice.of(Priority.TYPING, key, 0, name, new byte[0]));
    }

    @Test
    @Tag("R-32")
    void theFirstGoesAtOnceAndOfThoseThatFollowCloselyTheLast() {
        tell("a", "1");
        assertThat(out).containsExactly("1");
        for (int i = 2; i <= 100; i++) {
            tell("a", Integer.toString(i));
        }
        tell("b", "other");
        assertThat(out).containsExactly("1", "other");
        eventually(() -> assertThat(out).containsExactly("1", "other", "100"));
    }

    @Test
    void beyondItsBoundItMergesNothingAndLosesNothing() {
        try (var small = new Merger((channel, notice) -> out.add(notice.event()), SignalMeters.NONE, 2)) {
            for (String key : List.of("a", "b", "c", "c", "c")) {
                small.tell(CHANNEL, Notice.of(Priority.TYPING, key, 0, key, new byte[0]));
            }
        }
        assertThat(out).containsExactly("a", "b", "c", "c", "c");
    }
}
