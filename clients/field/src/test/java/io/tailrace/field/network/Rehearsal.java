package io.tailrace.field.network;

import io.tailrace.field.Author;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Listens once to what tests will cut up, to learn how many bytes that is. */
final class Rehearsal {

    private static final int PATIENCE_MILLIS = 15_000;

    private Rehearsal() {}

    /**
     * How many bytes come down a plain connection between two texts.
     *
     * @param node where to listen
     * @param from the count begins after its first occurrence
     * @param last the count ends with the frame in which this is
     * @param write what makes the events
     */
    static int bytes(int node, String channel, Author author, String from, String last, Runnable write)
            throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), node)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var request = "GET /v1/stream?channel=" + channel + " HTTP/1.1\r\nHost: 127.0.0.1:" + node
                    + "\r\nAuthorization: Bearer " + author.token() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var in = socket.getInputStream();
            var heard = new ByteArrayOutputStream();
            boolean written = false;
            while (true) {
                var text = heard.toString(StandardCharsets.ISO_8859_1);
                if (!written && text.contains("event: open")) {
                    written = true;
                    write.run();
                }
                int place = text.indexOf(last);
                int end = place < 0 ? -1 : text.indexOf("\n\n\r\n", place);
                if (end >= 0) {
                    return end + 4 - text.indexOf(from) - from.length();
                }
                int b = in.read();
                if (b < 0) {
                    throw new IOException("it ended after " + text);
                }
                heard.write(b);
            }
        }
    }
}
