package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.Gunzip;
import io.tailrace.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Streams over HTTP/2, seen frame by frame. */
class Http2StreamTest {

    /** As much of HTTP/2 (RFC 9113) as it takes to ask for a stream and to see its DATA frames. */
    private static final class Connection implements AutoCloseable {

        private static final int DATA = 0;
        private static final int HEADERS = 1;
        private static final int SETTINGS = 4;
        private static final int GOAWAY = 7;
        private static final int WINDOW_UPDATE = 8;

        /** Entries of HPACK's static table (RFC 7541, appendix A). */
        private static final int AUTHORITY = 1;

        private static final int GET = 2;
        private static final int PATH = 4;
        private static final int HTTP = 6;
        private static final int GZIP_TAKEN = 16;
        private static final int AUTHORIZATION = 23;

        private final Socket socket;
        private final DataOutputStream out;
        private final DataInputStream in;

        Connection(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(15_000);
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(socket.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
        }

        void ask(int stream, int port, String path, String token) throws IOException {
            var block = new ByteArrayOutputStream();
            block.write(0x80 | GET);
            block.write(0x80 | HTTP);
            indexed(block, AUTHORITY, "127.0.0.1:" + port);
            indexed(block, PATH, path);
            indexed(block, AUTHORIZATION, "Bearer " + token);
            block.write(0x80 | GZIP_TAKEN);
            frame(HEADERS, 0x5, stream, block.toByteArray());
        }

        /** A literal without indexing, of a name in the static table (RFC 7541, section 6.2.2). */
        private static void indexed(ByteArrayOutputStream block, int name, String value) {
            block.write(Math.min(name, 15));
            if (name >= 15) {
                block.write(name - 15);
            }
            text(block, value);
        }

        private static void text(ByteArrayOutputStream block, String text) {
            int length = text.length();
            if (length < 127) {
                block.write(length);
            } else {
                block.write(127);
                for (length -= 127; length >= 128; length /= 128) {
                    block.write(length % 128 + 128);
                }
                block.write(length);
            }
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }

        private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            out.flush();
        }

        /** The payload of the next DATA frame; window is given back at once. */
        String data() throws IOException {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        byte[] bytes() throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == SETTINGS && (flags & 1) == 0) {
                    frame(SETTINGS, 1, 0, new byte[0]);
                } else if (type == DATA && length > 0) {
                    byte[] window = {0, (byte) (length >> 16), (byte) (length >> 8), (byte) length};
                    frame(WINDOW_UPDATE, 0, 0, window);
                    frame(WINDOW_UPDATE, 0, stream, window);
                    return payload;
                } else if (type == GOAWAY) {
                    throw new AssertionError("GOAWAY: " + new String(payload, StandardCharsets.ISO_8859_1));
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static long events(String data) {
        return data.lines()
                .filter(line -> line.startsWith("data: {\"channel\""))
                .count();
    }

    @Test
    void aBatchIsOneDataFrame() throws Exception {
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            fixture.append("chat:h2", 50);
            try (var client = new Connection(node.port())) {
                client.ask(1, node.port(), "/v1/stream?channel=chat:h2@0", fixture.token("u1"));
                assertThat(client.data()).startsWith("retry: ");
                var first = client.data();
                assertThat(first).startsWith("id: 0\nevent: open\n");
                var batch = events(first) == 50 ? first : client.data();
                assertThat(events(batch)).isEqualTo(50);
                fixture.append("chat:h2", 1);
                assertThat(events(client.data())).isEqualTo(1);
            }
            Eventually.until("the stream has ended", () -> {
                fixture.time.pass(Duration.ofSeconds(15));
                node.gateway.wakeAll();
                return node.gateway.active() == 0;
            });
        }
    }

    @Test
    void isCompressedAndGathersAsOverHttp1() throws Exception {
        try (var fixture = new GatewayFixture()) {
            var node = fixture.node();
            fixture.append("chat:h2", 50);
            try (var client = new Connection(node.port())) {
                client.ask(1, node.port(), "/v1/stream?channel=chat:h2@0&gzip=1&flush_ms=2000", fixture.token("u1"));
                var gunzip = new Gunzip();
                var text = new StringBuilder();
                while (events(text.toString()) < 50) {
                    text.append(new String(gunzip.more(client.bytes()), StandardCharsets.UTF_8));
                }
                assertThat(text.toString()).contains("\"flush_ms\":2000", "\"gzip\":true");
                for (int i = 0; i < 5; i++) {
                    fixture.append("chat:h2", 1);
                }
                assertThat(events(new String(gunzip.more(client.bytes()), StandardCharsets.UTF_8)))
                        .as("in one frame")
                        .isEqualTo(5);
                fixture.time.pass(Duration.ofMinutes(11));
                node.gateway.wakeAll();
                assertThat(new String(gunzip.more(client.bytes()), StandardCharsets.UTF_8))
                        .contains("reconnect");
                assertThat(gunzip.whole()).isTrue();
            }
        }
    }
}
