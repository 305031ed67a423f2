package io.tailrace.catchup;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.Event;
import io.tailrace.wire.JsonCodec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * Writes the object that is an answer's body member by member, straight to the socket, compressed where that
 * pays: a page may hold many megabytes, and no tree of it is ever built. Events are encoded as frames carry them. Close it to complete the body.
 */
final class JsonObject implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final OutputStream out;
    private boolean begun;

    JsonObject(ServerRequest request, ServerResponse response) {
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        this.out = new BufferedOutputStream(new Packing(request, response), BUFFER);
    }

    void text(String name, String value) throws IOException {
        name(name);
        out.write(JsonCodec.writeBytes(value));
    }

    void number(String name, long value) throws IOException {
        name(name);
        ascii(Long.toString(value));
    }

    void events(String name, Iterator<Event> events) throws IOException {
        name(name);
        out.write('[');
        while (events.hasNext()) {
            out.write(JsonCodec.writeBytes(events.next()));
            if (events.hasNext()) {
                out.write(',');
            }
        }
        out.write(']');
    }

    private void name(String name) throws IOException {
        ascii((begun ? ",\"" : "{\"") + name + "\":");
        begun = true;
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        ascii(begun ? "}" : "{}");
        out.close();
    }
}
