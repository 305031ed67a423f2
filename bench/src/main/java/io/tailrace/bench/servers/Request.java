package io.tailrace.bench.servers;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A request of HTTP/1.1 as bytes. */
final class Request {

    private Request() {}

    static byte[] get(InetSocketAddress to, String path, Map<String, String> headers) {
        return (head("GET", to, path, headers) + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] of(String method, InetSocketAddress to, String path, Map<String, String> headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return (head(method, to, path, headers) + "Content-Length: " + length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String head(String method, InetSocketAddress to, String path, Map<String, String> headers) {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + to.getPort() + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }
}
