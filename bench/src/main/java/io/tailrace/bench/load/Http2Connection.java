package io.tailrace.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 and the streams on it: frames, header compression, flow control and answers to pings are
 * Netty's, fed with what the {@link Link} receives; threads and sockets stay those of the {@link Loop}, on whose thread
 * everything happens.
 */
final class Http2Connection extends Http2EventAdapter implements Link.Listener {

    private static final String SCHEME_IN_CLEAR = "http";
    private static final String SCHEME = "https";

    private final String scheme;
    private final IntObjectMap<One> streams = new IntObjectHashMap<>();
    private final List<One> waiting = new ArrayList<>();
    private @Nullable Link link;
    private @Nullable EmbeddedChannel codec;
    private @Nullable Http2ConnectionHandler http2;
    private boolean over;

    Http2Connection(boolean tls) {
        this.scheme = tls ? SCHEME : SCHEME_IN_CLEAR;
    }

    /** Before it is connected. */
    void on(Link connection) {
        link = connection;
    }

    /** Whether another stream may be opened on it. */
    boolean usable() {
        return !over;
    }

    /** Asks for a stream, once it is connected. */
    EventStream open(EventStream.Listener listener) {
        var one = new One(listener);
        if (codec == null) {
            waiting.add(one);
        } else {
            ask(one);
            flush();
        }
        return one;
    }

    private final class One implements EventStream {
        private final Listener listener;
        private int id;

        One(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void stall() {
            if (link != null) {
                link.stall();
            }
        }

        @Override
        public void close() {
            waiting.remove(this);
            boolean open = streams.remove(id) != null;
            if (streams.isEmpty() && waiting.isEmpty()) {
                end();
            } else if (open) {
                reset(id);
            }
        }
    }

    private void end() {
        over = true;
        if (link != null) {
            link.close();
        }
    }

    private void reset(int id) {
        if (http2 != null && codec != null) {
            var context = codec.pipeline().context(http2);
            http2.resetStream(context, id, Http2Error.CANCEL.code(), context.newPromise());
            flush();
        }
    }

    @Override
    public void connected(Link to) {
        link = to;
        http2 = new Http2ConnectionHandlerBuilder()
                .server(false)
                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
                .frameListener(this)
                .build();
        codec = new EmbeddedChannel();
        codec.config().setAllocator(new UnpooledByteBufAllocator(false)); // bytes in arrays, which we want to read
        codec.pipeline().addLast(http2);
        waiting.forEach(this::ask);
        waiting.clear();
        flush();
    }

    private void ask(One one) {
        if (http2 == null || codec == null) {
            throw new IllegalStateException("not connected");
        }
        var get = one.listener.request();
        var headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme(scheme)
                .authority(get.authority())
                .path(get.path());
        get.headers().forEach((name, value) -> headers.add(name.toLowerCase(Locale.ROOT), value));
        one.id = http2.connection().local().incrementAndGetNextStreamId();
        streams.put(one.id, one);
        var context = codec.pipeline().context(http2);
        http2.encoder().writeHeaders(context, one.id, headers, 0, true, context.newPromise());
    }

    /** Sends what the codec has to say. */
    private void flush() {
        if (codec == null || link == null) {
            return;
        }
        codec.flush();
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            var copy = ByteBuffer.allocate(bytes.readableBytes());
            bytes.readBytes(copy).release();
            if (!over) {
                link.send(copy.flip());
            }
        }
    }

    /** The codec keeps what is not whole yet, and the array is another's afterwards: it gets a copy. */
    @Override
    public void received(byte[] bytes, int from, int to) {
        if (codec != null) {
            codec.writeInbound(codec.alloc().heapBuffer(to - from).writeBytes(bytes, from, to - from));
            flush();
        }
    }

    @Override
    public void gone() {
        over = true;
        var all = new ArrayList<>(waiting);
        all.addAll(streams.values());
        waiting.clear();
        streams.clear();
        all.forEach(one -> one.listener.gone());
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean endOfStream) {
        var one = streams.get(id);
        if (one == null) {
            return;
        }
        one.listener.arriving();
        var status = headers.status();
        if (status != null) {
            one.listener.head(Integer.parseInt(status.toString()), headers.getInt("retry-after", -1));
        }
        end(one, endOfStream);
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
            boolean endOfStream) {
        onHeadersRead(context, id, headers, padding, endOfStream);
    }

    /** Returns what may be sent again: all of it. */
    @Override
    public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean endOfStream) {
        var one = streams.get(id);
        if (one != null) {
            int from = data.arrayOffset() + data.readerIndex();
            one.listener.arriving();
            one.listener.body(data.array(), from, from + data.readableBytes());
            end(one, endOfStream);
        }
        return data.readableBytes() + padding;
    }

    private void end(One one, boolean endOfStream) {
        if (endOfStream && streams.remove(one.id) != null) {
            one.listener.end();
        }
        one.listener.arrived();
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int id, long error) {
        var one = streams.remove(id);
        if (one != null) {
            one.listener.gone();
        }
    }
}
