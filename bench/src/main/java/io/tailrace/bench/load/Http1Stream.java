package io.tailrace.bench.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream that has a connection of HTTP/1.1 to itself. */
final class Http1Stream implements EventStream, Link.Listener {

    private final Listener listener;
    private final ResponseParser http;
    private @Nullable Link link;

    Http1Stream(Listener listener) {
        this.listener = listener;
        this.http = new ResponseParser(listener);
    }

    /** Before it is connected. */
    void on(Link connection) {
        link = connection;
    }

    @Override
    public void connected(Link to) {
        to.send(ByteBuffer.wrap(listener.request().bytes()));
    }

    @Override
    public void received(byte[] bytes, int from, int to) {
        listener.arriving();
        try {
            http.accept(bytes, from, to);
        } catch (IllegalStateException e) {
            listener.broken(String.valueOf(e.getMessage()));
        }
        listener.arrived();
    }

    @Override
    public void gone() {
        listener.gone();
    }

    @Override
    public void stall() {
        if (link != null) {
            link.stall();
        }
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
        }
    }
}
