package io.tailrace.server;

import io.tailrace.openapi.ExchangeCheck;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A plain reader of Server-Sent Events on a socket of its own, by the rules of the HTML standard: no library in between,
 * so that what is seen is what was sent. A thread reads ahead; close it. Frames that are not as the OpenAPI document says fail the
 * test.
 */
public final class SseReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** One block of the stream; absent fields are null. */
    public record Frame(
            @Nullable String event,
            @Nullable String id,
            @Nullable String data,
            @Nullable Long retry) {

        /** Whether it is a durable event, which has no name. */
        public boolean durable() {
            return event == null && data != null;
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final BlockingQueue<Optional<Frame>> frames = new LinkedBlockingQueue<>();
    private volatile int chunks;
    private volatile long bytes;
    private @Nullable Gunzip gunzip;
    private int status;

    private SseReader(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Opens a stream and reads its head; {@code more} are names and values of headers in turn. */
    public static SseReader open(URI uri, String token, String... headers) {
        try {
            var reader = new SseReader(new Socket(uri.getHost(), uri.getPort()));
            reader.socket.setSoTimeout((int) Duration.ofMinutes(2).toMillis());
            reader.request(uri, token, headers);
            reader.head();
            Thread.ofVirtual().name("sse-reader").start(reader::read);
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void request(URI uri, String token, String... more) throws IOException {
        var target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        var text = new StringBuilder(
                "GET " + target + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\nAccept: text/event-stream\r\n");
        if (!token.isEmpty()) {
            text.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        for (int i = 0; i < more.length; i += 2) {
            text.append(more[i]).append(": ").append(more[i + 1]).append("\r\n");
        }
        socket.getOutputStream().write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void head() throws IOException {
        status = Integer.parseInt(line().split(" ")[1]);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        gunzip = "gzip".equals(headers.get("content-encoding")) ? new Gunzip() : null;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended within a line");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private void read() {
        var text = new StringBuilder();
        var length = headers.get("content-length");
        try {
            if ("chunked".equals(headers.get("transfer-encoding"))) {
                for (int size = size(); size > 0; size = size()) {
                    chunks = chunks + 1;
                    take(text, in.readNBytes(size));
                    line();
                }
            } else if (length != null) {
                take(text, in.readNBytes(Integer.parseInt(length)));
            } else {
                byte[] buffer = new byte[8_192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    take(text, java.util.Arrays.copyOf(buffer, n));
                }
            }
        } catch (IOException cut) {
            // the same as the end: a reader of events cannot tell them apart
        } finally {
            frames.add(Optional.empty());
        }
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private void take(StringBuilder text, byte[] part) {
        bytes = bytes + part.length;
        text.append(new String(gunzip == null ? part : gunzip.more(part), StandardCharsets.ISO_8859_1));
        for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
            var block =
                    new String(text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            text.delete(0, end + 2);
            frames.add(Optional.of(frame(block)));
        }
    }

    private static Frame frame(String block) {
        var fields = new LinkedHashMap<String, String>();
        block.lines().filter(line -> !line.startsWith(":")).forEach(line -> {
            int colon = line.indexOf(':');
            String value = colon < 0 ? "" : line.substring(colon + 1);
            fields.merge(
                    colon < 0 ? line : line.substring(0, colon),
                    value.startsWith(" ") ? value.substring(1) : value,
                    (first, second) -> first + "\n" + second);
        });
        var retry = fields.get("retry");
        return new Frame(
                fields.get("event"), fields.get("id"), fields.get("data"), retry == null ? null : Long.valueOf(retry));
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }

    /** A header of the answer. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Chunks so far, each of which was one write. */
    public int chunks() {
        return chunks;
    }

    /** Bytes of the body so far, as they came. */
    public long bytes() {
        return bytes;
    }

    /** Whether it was compressed, and all of it has come, with its end. */
    public boolean wholeGzip() {
        return gunzip != null && gunzip.whole();
    }

    /** The next block that comes within {@code patience}; empty at the end of the stream. */
    public Optional<Frame> next(Duration patience) {
        var frame = unchecked(patience);
        frame.ifPresent(SseReader::check);
        return frame;
    }

    /** The same without holding it against the document: for tests that read ten thousand blocks a second. */
    public Optional<Frame> unchecked(Duration patience) {
        try {
            var frame = frames.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (frame == null) {
                throw new AssertionError("no frame within " + patience);
            }
            if (frame.isEmpty()) {
                frames.add(frame); // the end stays the end
            }
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void check(Frame frame) {
        if (frame.data() != null) {
            ExchangeCheck.check(frame.event(), frame.data());
        }
    }

    /** The next block; fails when there is none in time. */
    public Frame next() {
        return next(PATIENCE).orElseThrow(() -> new AssertionError("the stream has ended"));
    }

    /** The next {@code count} durable events, whatever stands between them. */
    public List<Frame> events(int count) {
        var events = new ArrayList<Frame>();
        while (events.size() < count) {
            var frame = next();
            if (frame.durable()) {
                events.add(frame);
            }
        }
        return events;
    }

    /** The next frame with this name, whatever stands before it. */
    public Frame named(String event) {
        for (var frame = next(); ; frame = next()) {
            if (event.equals(frame.event())) {
                return frame;
            }
        }
    }

    /** Leaves, as a client does that is closed. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
