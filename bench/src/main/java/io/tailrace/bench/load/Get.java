package io.tailrace.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A GET, whatever carries it.
 *
 * @param authority of the server, as in {@code Host}
 * @param path with its query
 * @param headers beside that
 */
public record Get(String authority, String path, Map<String, String> headers) {

    /** The whole request of HTTP/1.1. */
    public byte[] bytes() {
        var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
