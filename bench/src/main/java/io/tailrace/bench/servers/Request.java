package io.tailrace.bench.servers;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A request of HTTP/1.1 with a body, as bytes. */
final class Request {

    private Request() {}

    /** What {@code Host} says of an address. */
    static String authority(InetSocketAddress to) {
        return "127.0.0.1:" + to.getPort();
    }

    static byte[] of(String method, InetSocketAddress to, String path, Map<String, String> headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        var request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + authority(to) + "\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("Content-Length: " + length + "\r\n\r\n" + body)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
