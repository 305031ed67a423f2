package io.tailrace.server.cursors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no cursor, or no WebSocket, ends its own socket and disturbs no other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadCursorsTest {

    private ServerFixture node;

    @BeforeAll
    void start() {
        node = ServerFixture.start();
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @ParameterizedTest(name = "{0} closes with {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    not json                         | 1008
                    {"cursor":{"x":NaN}}             | 1008
                    {"cursor":{"x":1e999999999}}     | 0
                    {"cursor":{"x":Infinity}}        | 1008
                    {"\\u0063ursor":{"x":1}}         | 0
                    {"cursor":7}                     | 1008
                    {"cursor":"here"}                | 1008
                    {"cursor":[1]}                   | 1008
                    {}                               | 1008
                    []                               | 1008
                    {"cursor":{},"cursor":{}}        | 1008
                    {"cursor":{"a":1,"a":2}}         | 1008
                    {"cursor":{},"more":1}           | 1008
                    {"cursor":{},"token":"x"}        | 1008
                    {"cursor":{"\\u0000":1}}         | 1008
                    {"token":"nonsense"}             | 4401
                    {"token":7}                      | 1008
                    """)
    void badMessagesCloseTheirSocketAndNoOther(String message, int code) throws IOException {
        try (var bad = CursorsTest.open(node, "doc:bad", "bad");
                var good = CursorsTest.open(node, "doc:bad", "good");
                var witness = CursorsTest.open(node, "doc:bad", "witness")) {
            bad.send(message.strip());
            if (code == 0) {
                CursorsTest.until(witness, picture -> picture.containsKey("bad"));
            } else {
                assertThat(bad.closed()).isEqualTo(code);
            }
            CursorsTest.point(good, 5);
            CursorsTest.until(witness, picture -> picture.containsKey("good"));
        }
    }

    @Test
    void badFramesCloseTheirSocketAndNoOther() throws IOException {
        var text = "{\"cursor\":{}}".getBytes(StandardCharsets.UTF_8);
        assertThat(closedBy(0x82, text)).isEqualTo(1003);
        assertThat(closedBy(0x83, text)).isEqualTo(1002);
        assertThat(closedBy(0xc1, text)).isEqualTo(1002);
        assertThat(closedBy(0x80, text)).isEqualTo(1002);
        assertThat(closedBy(0x09, text)).isEqualTo(1002);
        assertThat(closedBy(0x81, new byte[1 << 20])).isEqualTo(1009);
        assertThat(closedBy(0x81, new byte[] {(byte) 0xff})).isEqualTo(1007);
        assertThat(closedBy(0x89, new byte[126])).isEqualTo(1002);
        try (var unmasked = CursorsTest.open(node, "doc:frames", "bad")) {
            unmasked.raw(new byte[] {(byte) 0x81, 2, '{', '}'});
            assertThat(unmasked.closed()).isEqualTo(1002);
        }
        try (var endless = CursorsTest.open(node, "doc:frames", "bad")) {
            endless.raw(new byte[] {(byte) 0x81, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0});
            assertThat(endless.closed()).isEqualTo(1009);
        }
    }

    private int closedBy(int first, byte[] payload) throws IOException {
        try (var bad = CursorsTest.open(node, "doc:frames", "bad")) {
            try {
                bad.frame(first, payload);
            } catch (IOException cut) {
                // it was closed before all was sent
            }
            return bad.closed();
        }
    }

    @Test
    void messagesMayComeInPiecesAndPingsBetweenThem() throws IOException {
        try (var ada = CursorsTest.open(node, "doc:pieces", "ada");
                var bob = CursorsTest.open(node, "doc:pieces", "bob")) {
            byte[] first = RawSocket.encoded(0x01, "{\"cursor\":".getBytes(StandardCharsets.UTF_8));
            for (byte each : first) {
                ada.raw(new byte[] {each});
            }
            ada.frame(0x89, new byte[] {1});
            assertThat(ada.next().asText()).isEqualTo("pong");
            ada.frame(0x80, "{\"x\":9}}".getBytes(StandardCharsets.UTF_8));
            CursorsTest.until(bob, picture -> "{\"x\":9}".equals(picture.get("ada")));
        }
    }

    @Test
    @Tag("R-75")
    void aFloodEndsWhoMakesIt() throws IOException {
        try (var flood = CursorsTest.open(node, "doc:flood", "flood");
                var good = CursorsTest.open(node, "doc:flood", "good");
                var witness = CursorsTest.open(node, "doc:flood", "witness")) {
            var sending = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 10_000; i++) {
                        CursorsTest.point(flood, i);
                    }
                } catch (IOException cut) {
                    // as it should be
                }
            });
            assertThat(flood.closed()).isIn(1008, 0); // a reset may overtake the frame
            CursorsTest.point(good, 1);
            CursorsTest.until(witness, picture -> picture.containsKey("good"));
            sending.interrupt();
        }
    }
}
