package io.tailrace.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requests of HTTP/1.0, which a stock nginx and many probes speak, made readable for a parser of HTTP/1.1, and answers
 * made readable for whoever sent them: no chunks, and the connection closed behind them.
 */
final class Http10 {

    /** Bytes of a head beyond which we give up waiting for its end. */
    private static final int MAX_HEAD = 32_768;

    private static final String OLD = " HTTP/1.0";
    private static final String MODERN = " HTTP/1.1";
    private static final String END = "\r\n\r\n";

    private Http10() {}

    /** Whether the version cannot be told yet, or the head of an HTTP/1.0 request is not all there. */
    static boolean wantsMore(byte[] bytes) {
        return bytes.length < MAX_HEAD
                && (lineEnd(bytes) < 0 || isOld(bytes) && text(bytes).indexOf(END) < 0);
    }

    /** Whether there is a whole line. */
    static boolean hasLine(byte[] bytes) {
        return lineEnd(bytes) >= 0;
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Whether the first line of {@code bytes} ends in {@code HTTP/1.0}. */
    static boolean isOld(byte[] bytes) {
        int end = lineEnd(bytes);
        int length = OLD.length() + 1;
        return end >= length && new String(bytes, end - length, length, StandardCharsets.ISO_8859_1).equals(OLD + "\r");
    }

    private static int lineEnd(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /**
     * The same request in HTTP/1.1: one that closes, names a host, and expects no interim answer. Any other request is
     * returned as it is.
     */
    static byte[] modern(byte[] request) {
        if (!isOld(request)) {
            return request;
        }
        String text = text(request);
        int end = text.indexOf(END);
        if (end < 0) {
            return request;
        }
        var lines = text.substring(0, end).split("\r\n", -1);
        boolean host = Stream.of(lines).anyMatch(line -> is(line, "host"));
        var head = Stream.of(lines)
                .skip(1)
                .filter(line -> !is(line, "connection") && !is(line, "keep-alive") && !is(line, "expect"))
                .collect(Collectors.joining("\r\n", "", ""));
        String first = lines[0].substring(0, lines[0].length() - OLD.length()) + MODERN + "\r\n";
        String more = (host ? "" : "Host: localhost\r\n") + "Connection: close\r\n";
        return bytes(first + more + (head.isEmpty() ? "\r\n" : head + END) + text.substring(end + END.length()));
    }

    /** The head of an answer without its transfer encoding, which HTTP/1.0 does not know. */
    static byte[] withoutChunks(byte[] head) {
        return bytes(Stream.of(text(head).split("\r\n"))
                .filter(line -> !is(line, "transfer-encoding"))
                .collect(Collectors.joining("\r\n", "", END)));
    }

    /** Whether an answer's head announces chunks. */
    static boolean chunked(byte[] head) {
        return Stream.of(text(head).split("\r\n")).anyMatch(line -> is(line, "transfer-encoding"));
    }

    private static boolean is(String line, String header) {
        return line.toLowerCase(Locale.ROOT).startsWith(header + ":");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
