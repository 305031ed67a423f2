package io.tailrace.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 server on a real socket that says whatever a test wants, byte by byte. One request for each connection. */
final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Handler handler;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** Answers requests, each on a thread of its own; the connection ends when it returns. */
    interface Handler {
        void handle(Asked asked, Reply reply) throws Exception;
    }

    /** A request. */
    record Asked(
            String method, String path, Map<String, List<String>> query, Map<String, String> headers, String body) {

        @Nullable
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        List<String> all(String name) {
            return query.getOrDefault(name, List.of());
        }
    }

    /** Where an answer goes. */
    static final class Reply {

        private final OutputStream out;

        Reply(OutputStream out) {
            this.out = out;
        }

        void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void raw(String text) throws IOException {
            raw(text.getBytes(StandardCharsets.UTF_8));
        }

        void answer(int status, String type, String body, String... headers) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            var head = new StringBuilder("HTTP/1.1 " + status + " X\r\nConnection: close\r\n");
            for (var header : headers) {
                head.append(header).append("\r\n");
            }
            if (status != 204) {
                head.append("Content-Type: " + type + "\r\nContent-Length: " + bytes.length + "\r\n");
            }
            raw(head.append("\r\n").toString());
            raw(status == 204 ? new byte[0] : bytes);
        }

        void json(String body) throws IOException {
            answer(200, "application/json", body);
        }

        void problem(int status, String name, String... headers) throws IOException {
            answer(
                    status,
                    "application/problem+json",
                    "{\"type\":\"/problems/" + name + "\",\"title\":\"" + name + "\",\"status\":" + status + "}",
                    headers);
        }

        /** The head of a stream, which ends with its connection. */
        void streamHead() throws IOException {
            raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        }
    }

    RawServer(Handler handler) throws IOException {
        this.handler = handler;
        this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Daemon.named("raw-server", this::accept).start();
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    long count(String method, String path) {
        return asked.stream()
                .filter(one -> one.method().equals(method) && one.path().equals(path))
                .count();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                sockets.add(socket);
                Daemon.named("raw-connection", () -> serve(socket)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var request = read(new BufferedInputStream(socket.getInputStream()));
            if (request != null) {
                asked.add(request);
                handler.handle(request, new Reply(socket.getOutputStream()));
            }
        } catch (Exception cut) {
            return; // the client left, or the test wanted it so
        } finally {
            sockets.remove(socket);
        }
    }

    private static @Nullable Asked read(InputStream in) throws IOException {
        var first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        var words = first.split(" ", -1);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        int question = words[1].indexOf('?');
        var path = question < 0 ? words[1] : words[1].substring(0, question);
        return new Asked(
                words[0],
                decoded(path),
                query(question < 0 ? "" : words[1].substring(question + 1)),
                headers,
                new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, List<String>> query(String text) {
        var query = new TreeMap<String, List<String>>();
        for (var pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.computeIfAbsent(decoded(pair.substring(0, equals)), k -> new ArrayList<>())
                    .add(decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Breaks every connection there is. */
    void breakAll() {
        for (var socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        breakAll();
    }
}
