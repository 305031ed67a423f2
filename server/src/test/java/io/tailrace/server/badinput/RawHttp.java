package io.tailrace.server.badinput;

import io.tailrace.openapi.HttpExchange;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes as they are and reads one answer: what no HTTP client would send. */
public final class RawHttp {

    private static final int PATIENCE_MS = 15_000;

    private RawHttp() {}

    /** An answer; status 0 means that the server closed without one. */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** This exchange, as the OpenAPI document sees it. */
        HttpExchange exchange(String method, String target) {
            return new HttpExchange(method, URI.create(target), Map.of(), new byte[0], status, headers, body);
        }
    }

    public static Answer send(int port, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            try {
                socket.getOutputStream().write(request);
            } catch (SocketException closedBeforeAllWasSent) {
                // the answer may be there all the same
            }
            return read(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String start = line(in);
        if (start.isEmpty()) {
            return new Answer(0, Map.of(), new byte[0]);
        }
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        var length = headers.get("Content-Length");
        byte[] body = length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length.getFirst()));
        return new Answer(Integer.parseInt(start.split(" ", 3)[1]), headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                line.write(b);
            }
        } catch (SocketException reset) {
            // closed with what we sent still unread
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
