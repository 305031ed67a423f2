package io.tailrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the other side of the same codec, without a network. */
final class Http2ConnectionTest {

    private final List<String> asked = new ArrayList<>();
    private final Server server = new Server();
    private final Http2Connection connection = new Http2Connection(true);
    private boolean cut;

    private final Link link = new Link() {
        @Override
        public void send(ByteBuffer bytes) {
            server.channel.writeInbound(Unpooled.copiedBuffer(bytes));
        }

        @Override
        public void stall() {}

        @Override
        public void close() {
            cut = true;
        }
    };

    @Test
    void streamsShareAConnectionInWhateverPiecesTheirBytesCome() {
        for (int size = 1; size < 40; size++) {
            var test = new Http2ConnectionTest();
            var one = new Reader("/one");
            var other = new Reader("/other");
            test.connection.on(test.link);
            test.connection.open(one);
            test.connection.connected(test.link);
            test.connection.open(other);
            test.deliver(size);
            test.server.answer(3, "second");
            test.server.answer(5, "third");
            test.deliver(size);
            test.server.data(3, " and more", true);
            test.deliver(size);

            assertThat(test.asked).containsExactly("3 https 127.0.0.1:1 /one text", "5 https 127.0.0.1:1 /other text");
            assertThat(one.seen).as("pieces of %d", size).hasToString("[200 -1 second and more]");
            assertThat(other.seen).as("pieces of %d", size).hasToString("[200 -1 third");
            assertThat(test.cut).isFalse();
        }
    }

    @Test
    void whoClosesLeavesTheConnectionToTheOthersAndTheLastEndsIt() {
        connection.on(link);
        var one = connection.open(new Reader("/one"));
        var other = connection.open(new Reader("/other"));
        connection.connected(link);
        deliver(100);

        one.close();
        assertThat(asked).endsWith("reset 3");
        assertThat(connection.usable()).isTrue();

        other.close();
        assertThat(cut).isTrue();
        assertThat(connection.usable()).isFalse();
    }

    @Test
    void whenItIsGoneAllReadersHearOfIt() {
        var one = new Reader("/one");
        var other = new Reader("/other");
        connection.on(link);
        connection.open(one);
        connection.open(other);
        connection.connected(link);

        connection.gone();

        assertThat(one.seen).hasToString("gone");
        assertThat(other.seen).hasToString("gone");
        assertThat(connection.usable()).isFalse();
    }

    @Test
    void aLongStreamIsNotHeldUpByItsWindow() {
        var one = new Reader("/one");
        connection.on(link);
        connection.open(one);
        connection.connected(link);
        deliver(1000);
        server.answer(3, "");
        for (int i = 0; i < 300; i++) {
            server.data(3, "x".repeat(1000), false);
            deliver(4096);
        }

        assertThat(one.seen).hasSize("[200 -1 ".length() + 300_000);
    }

    private void deliver(int pieces) {
        for (var bytes = server.said(); bytes.length > 0; bytes = server.said()) {
            for (int from = 0; from < bytes.length; from += pieces) {
                connection.received(bytes, from, Math.min(bytes.length, from + pieces));
            }
        }
    }

    private static final class Reader extends Heard implements EventStream.Listener {
        private final String path;

        Reader(String path) {
            this.path = path;
        }

        @Override
        public Get request() {
            return new Get("127.0.0.1:1", path, Map.of("Accept", "text"));
        }

        @Override
        public void arriving() {}

        @Override
        public void arrived() {}

        @Override
        public void broken(String why) {
            seen.append(why);
        }

        @Override
        public void gone() {
            seen.append("gone");
        }
    }

    private final class Server extends Http2EventAdapter {
        private final Http2ConnectionHandler http2 = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(this)
                .build();
        private final EmbeddedChannel channel = new EmbeddedChannel(http2);

        private ChannelHandlerContext context() {
            return channel.pipeline().context(http2);
        }

        void answer(int id, String body) {
            var headers = new DefaultHttp2Headers().status("200");
            http2.encoder()
                    .writeHeaders(context(), id, headers, 0, false, context().newPromise());
            data(id, body, false);
        }

        void data(int id, String body, boolean last) {
            var bytes = Unpooled.copiedBuffer(body, StandardCharsets.US_ASCII);
            http2.encoder().writeData(context(), id, bytes, 0, last, context().newPromise());
            channel.flush();
        }

        byte[] said() {
            var all = Unpooled.buffer();
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                all.writeBytes(bytes);
            }
            var said = new byte[all.readableBytes()];
            all.readBytes(said);
            return said;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end) {
            asked.add(id + " " + headers.scheme() + " " + headers.authority() + " " + headers.path() + " "
                    + headers.get("accept"));
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            onHeadersRead(context, id, headers, padding, end);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int id, long error) {
            asked.add("reset " + id);
        }
    }
}
