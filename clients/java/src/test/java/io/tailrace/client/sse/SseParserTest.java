package io.tailrace.client.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a stream may look like, each cut in two at every byte, and fed byte by byte. */
@Tag("R-20")
final class SseParserTest {

    private record Case(String name, byte[] stream, List<SseFrame> frames, long retry) {}

    private static Case of(String name, String stream, SseFrame... frames) {
        return new Case(name, stream.getBytes(StandardCharsets.UTF_8), List.of(frames), -1);
    }

    private static Case retrying(String name, String stream, long retry, SseFrame... frames) {
        return new Case(name, stream.getBytes(StandardCharsets.UTF_8), List.of(frames), retry);
    }

    private static SseFrame message(String data) {
        return new SseFrame("message", data, "");
    }

    private static SseFrame message(String data, String id) {
        return new SseFrame("message", data, id);
    }

    private static final List<Case> CASES = List.of(
            of("one line", "data: a\n\n", message("a")),
            of("without the space", "data:a\n\n", message("a")),
            of("only one space is taken", "data:  a\n\n", message(" a")),
            of("several lines are joined", "data: a\ndata: b\n\n", message("a\nb")),
            of("an empty line of data between", "data: a\ndata\ndata: b\n\n", message("a\n\nb")),
            of("empty data is a frame", "data\n\n", message("")),
            of("two empty lines of data", "data\ndata\n\n", message("\n")),
            of("no data is none", "event: x\n\ndata: a\n\n", message("a")),
            of("lines end with CR", "data: a\rdata: b\r\r", message("a\nb")),
            of("lines end with CRLF", "data: a\r\ndata: b\r\n\r\n", message("a\nb")),
            of("all three mixed", "data: a\rdata: b\r\ndata: c\n\r\n", message("a\nb\nc")),
            of("LF CR is two ends", "data: a\n\rdata: b\n\n", message("a"), message("b")),
            of("comments", ": hello\n:\ndata: a\n: in between\n\n:x\n\n", message("a")),
            of("a comment of colons", ":::\ndata: a\n\n", message("a")),
            of("a name", "event: open\ndata: a\n\n", new SseFrame("open", "a", "")),
            of(
                    "the name lasts for one frame",
                    "event: x\ndata: a\n\ndata: b\n\n",
                    new SseFrame("x", "a", ""),
                    message("b")),
            of("an id lasts", "id: 1\ndata: a\n\ndata: b\n\n", message("a", "1"), message("b", "1")),
            of(
                    "an id is reset by an empty one",
                    "id: 1\ndata: a\n\nid\ndata: b\n\n",
                    message("a", "1"),
                    message("b", "")),
            of("an id counts without data", "id: 7\n\ndata: a\n\n", message("a", "7")),
            of(
                    "an id with NUL is none",
                    "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n",
                    message("a", "1"),
                    message("b", "1")),
            of("the last id of a frame counts", "id: 1\nid: 2\ndata: a\n\n", message("a", "2")),
            of("a byte order mark", "\uFEFFdata: a\n\n", message("a")),
            of("a second mark is part of a name", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", message("b")),
            of("a mark later on is part of a name", "data: a\n\n\uFEFFdata: b\n\n", message("a")),
            of("unknown fields", "foo: 1\ndata: a\nbar\nDATA: b\n data: c\n\n", message("a")),
            of("what breaks off is none", "data: a\n\ndata: b\n", message("a")),
            of("not even a complete line", "data: a\n\ndata: b", message("a")),
            of("characters of two, three and four bytes", "data: é€😀\n\n", message("é€😀")),
            of("a colon in the data", "data: a: b:c\n\n", message("a: b:c")),
            of("a NUL in the data", "data: a\0b\n\n", message("a\0b")),
            of("empty lines at the beginning", "\n\n\r\n\rdata: a\n\n", message("a")),
            retrying("retry", "retry: 2140\ndata: a\n\n", 2140, message("a")),
            retrying("retry alone", "retry: 5\n\n", 5),
            retrying("retry that is no number", "retry: 10\nretry: 1e3\nretry: -1\nretry:\nretry: ٣\n\n", 10),
            retrying("retry beyond reason", "retry: 99999999999999999999\n\n", Integer.MAX_VALUE),
            new Case(
                    "what is no UTF-8",
                    new byte[] {
                        'd', 'a', 't', 'a', ':', (byte) 0xC3, '\n', '\n', 'd', 'a', 't', 'a', ':', 'b', '\n', '\n'
                    },
                    List.of(message("\uFFFD"), message("b")),
                    -1));

    @TestFactory
    Stream<DynamicTest> readsEachFormHoweverItIsCut() {
        return CASES.stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> {
                    for (int cut = 0; cut <= one.stream().length; cut++) {
                        var frames = new ArrayList<SseFrame>();
                        var parser = new SseParser(frames::add);
                        parser.push(one.stream(), 0, cut);
                        parser.push(one.stream(), cut, one.stream().length - cut);
                        assertThat(frames).as("cut at %d", cut).isEqualTo(one.frames());
                        assertThat(parser.retryMillis()).isEqualTo(one.retry());
                    }
                    var frames = new ArrayList<SseFrame>();
                    var parser = new SseParser(frames::add);
                    for (int i = 0; i < one.stream().length; i++) {
                        parser.push(one.stream(), i, 1);
                    }
                    assertThat(frames).as("byte by byte").isEqualTo(one.frames());
                }));
    }

    @Test
    void takesAFrameOfExactlyItsBound() throws Exception {
        var frames = new ArrayList<SseFrame>();
        var parser = new SseParser(frames::add, 100);
        push(parser, "data:" + "x".repeat(95) + "\n\n");
        assertThat(frames).containsExactly(message("x".repeat(95)));
    }

    @Test
    void endsALineBeyondItsBound() {
        var parser = new SseParser(frame -> {}, 100);
        assertThatThrownBy(() -> push(parser, "data:" + "x".repeat(96))).isInstanceOf(FrameTooLongException.class);
    }

    @Test
    void endsAFrameOfManyLinesBeyondItsBound() {
        var parser = new SseParser(frame -> {}, 100);
        assertThatThrownBy(() -> push(parser, "data: 1234567\n".repeat(13))).isInstanceOf(FrameTooLongException.class);
    }

    @Test
    void aHugeFrameComesWhole() throws Exception {
        var frames = new ArrayList<SseFrame>();
        var parser = new SseParser(frames::add);
        push(parser, "data: " + "é".repeat(1 << 20) + "\n\ndata: b\n\n");
        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).data()).hasSize(1 << 20);
        assertThat(frames.get(1)).isEqualTo(message("b"));
    }

    private static void push(SseParser parser, String text) throws FrameTooLongException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        parser.push(bytes, 0, bytes.length);
    }
}
