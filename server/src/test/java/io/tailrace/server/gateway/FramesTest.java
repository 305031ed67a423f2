package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.server.hub.Frame;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Frames and requests, byte by byte. */
class FramesTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void framesAreBlocksOfTheEventStreamFormat() {
        var buffer = SseBuffer.ofStream();
        buffer.retry(2_140);
        buffer.frame("open", "41", utf8("{}"));
        buffer.event(Frame.of(1, 42, 0, utf8("{\"é\":1}")), "42");
        buffer.event(Frame.of(1, 43, 0, utf8("[]")), null);
        buffer.event(Frame.of(7, 44, 0, utf8("0")));
        buffer.retry(7, "reconnect", utf8("{\"after_ms\":7}"));
        assertThat(buffer.toString())
                .isEqualTo("retry: 2140\n\nid: 41\nevent: open\ndata: {}\n\nid: 42\ndata: {\"é\":1}\n\ndata: []\n\n"
                        + "id: 7~44\ndata: 0\n\n"
                        + "retry: 7\nevent: reconnect\ndata: {\"after_ms\":7}\n\n");
        buffer.clear();
        assertThat(buffer.isEmpty()).isTrue();
    }

    @Test
    void anEmptiedBufferHoldsNextToNothing() {
        var buffer = SseBuffer.ofStream();
        buffer.frame("x", null, new byte[100_000]);
        buffer.clear();
        assertThat(buffer.content().array()).hasSizeLessThan(1_000);
    }

    @Test
    void framesCanBeAChunk() {
        for (int size : new int[] {1, 15, 16, 4_095, 4_096, 1 << 20}) {
            var buffer = SseBuffer.ofStream();
            buffer.event(new Frame(1, 0, new byte[size], 0));
            var chunk = buffer.chunk();
            var head = (Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(chunk.remaining()).isEqualTo(head.length + size + 2);
            var bytes = new byte[head.length];
            chunk.get(bytes);
            assertThat(bytes).isEqualTo(head);
            assertThat(chunk.position(chunk.limit() - 2).get()).isEqualTo((byte) '\r');
            assertThat(chunk.get()).isEqualTo((byte) '\n');
        }
    }

    @Test
    void anEventThatWasJustSentIsSentAgainAsItStands() {
        for (var buffer : new SseBuffer[] {SseBuffer.ofStream(), SseBuffer.shared()}) {
            var one = Frame.of(1, 1, 0, utf8("1"));
            var two = Frame.of(1, 2, 0, utf8("2"));
            for (var frames : List.of(List.of(one), List.of(one), List.of(one, two), List.of(one), List.of(two))) {
                frames.forEach(buffer::event);
                var text = frames.stream().map(frame -> "id: " + frame.seq() + "\ndata: " + frame.seq() + "\n\n");
                assertThat(buffer.toString()).isEqualTo(text.collect(Collectors.joining()));
                buffer.chunk();
                buffer.clear();
            }
            buffer.event(one);
            buffer.clear();
            buffer.retry(7);
            buffer.clear();
            buffer.event(one);
            assertThat(buffer.toString()).isEqualTo("id: 1\ndata: 1\n\n");
        }
    }

    @Test
    void aPollSaysTheSameAsJson() {
        var answer = new PollAnswer();
        assertThat(new String(answer.toJson("0", null, "m"), StandardCharsets.UTF_8))
                .isEqualTo("{\"frames\":[],\"id\":\"0\",\"moment\":\"m\"}");
        answer.frame("snapshot.required", "42", utf8("{\"head\":42}"));
        answer.event(Frame.of(1, 43, 0, utf8("{\"é\":1}")), null);
        answer.event(Frame.of(2, 1, 0, utf8("7")));
        assertThat(new String(answer.toJson("k.x", utf8("{\"a\":1}"), "n"), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"frames\":[{\"event\":\"snapshot.required\",\"id\":\"42\",\"data\":{\"head\":42}},"
                                + "{\"data\":{\"é\":1}},{\"id\":\"2~1\",\"data\":7}],\"id\":\"k.x\",\"channels\":{\"a\":1},\"moment\":\"n\"}");
    }

    @Test
    void channelsAreNamedWithAndWithoutAStart() {
        var channels =
                StreamRequest.channels(List.of("b@2~7", "a", "c@0", "d@99999999999999999999", "c@5", "e@3", "e"), 10);
        assertThat(channels)
                .containsEntry(new ChannelName("a"), new Start.Now())
                .containsEntry(new ChannelName("b"), new Start.After(2, 7))
                .containsEntry(new ChannelName("c"), new Start.After(1, 0))
                .containsEntry(new ChannelName("d"), new Start.Unusable())
                .containsEntry(new ChannelName("e"), new Start.After(1, 3));
    }

    @Test
    void oneChannelMoreThanAStreamFollowsIsRefused() {
        assertThat(StreamRequest.channels(List.of("a", "b", "a@1"), 2)).hasSize(2);
        assertThatThrownBy(() -> StreamRequest.channels(List.of("a", "b", "c"), 2))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aStreamIdNamesItsNodeAndNothingElseParses() {
        var id = StreamId.random("node-1.eu");
        assertThat(StreamId.parse(id.toString())).contains(id);
        for (var bad : List.of("", "x", "AAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAA.n1", "../../etc")) {
            assertThat(StreamId.parse(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void theUnknownPositionIsNoneOfAnyStream() {
        assertThat(Progress.UNKNOWN).matches("[A-Za-z0-9._~-]{1,128}");
        assertThat(io.tailrace.wire.Position.parse(Progress.UNKNOWN))
                .contains(new io.tailrace.wire.Position.Vector(0, List.of()));
    }
}
