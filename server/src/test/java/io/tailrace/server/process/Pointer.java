package io.tailrace.server.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.server.cursors.RawSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cursor socket whose positions are the times at which they were sent, so that whoever sees one knows how old it is. One
 * thread of its own reads; the test has it {@link #move}.
 */
final class Pointer implements AutoCloseable {

    private final String channel;
    private final String user;
    private final RawSocket socket;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile int code;
    private volatile long endedAt;

    Pointer(URI node, String channel, String user, String token) throws IOException {
        this.channel = channel;
        this.user = user;
        this.socket = RawSocket.open(node.resolve("/v1/channels/" + channel + "/cursors"), token);
        if (socket.status() != 101) {
            throw new AssertionError(user + " may not point: " + socket.status());
        }
        Thread.ofVirtual().name("pointer-" + user).start(this::read);
    }

    private void read() {
        while (!closed) {
            try {
                socket.next().path("cursors").forEach(this::take);
            } catch (SocketTimeoutException quiet) {
                // nobody else points
            } catch (IOException end) {
                long at = System.nanoTime(); // of the close frame: the connection ends a moment later
                code = socket.closed();
                endedAt = at;
                return;
            }
        }
    }

    private void take(JsonNode cursor) {
        seen.merge(cursor.path("user").asText(), cursor.at("/cursor/sent").asLong(), Math::max);
    }

    /** Points at the present time; nothing once it was closed. */
    void move() {
        try {
            socket.send("{\"cursor\":{\"sent\":" + System.nanoTime() + "}}");
        } catch (IOException gone) {
            // its end is noted by who reads
        }
    }

    String channel() {
        return channel;
    }

    String user() {
        return user;
    }

    /** When the latest position of each user that it saw was sent, as {@link System#nanoTime} has it. */
    Map<String, Long> seen() {
        return Map.copyOf(seen);
    }

    boolean ended() {
        return endedAt != 0;
    }

    /** When it was closed, as {@link System#nanoTime} has it; 0: it is open. */
    long endedAt() {
        return endedAt;
    }

    /** Of the close frame; 0: there was none. */
    int code() {
        return code;
    }

    @Override
    public String toString() {
        return user + " of " + channel;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        socket.close();
    }
}
