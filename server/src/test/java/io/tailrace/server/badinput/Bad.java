package io.tailrace.server.badinput;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One malformed request.
 *
 * @param name what is wrong with it
 * @param method in upper case
 * @param target path and query
 * @param headers by name; a value of {@code ""} leaves a usual one out
 * @param body its bytes
 * @param status what is answered
 * @param type the last part of the problem's type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bad(
        String name, String method, String target, Map<String, String> headers, byte[] body, int status, String type) {

    private static final String EVENTS = "/v1/channels/chat:bad/events";

    /** A write with a body that is not acceptable. */
    static Bad body(String name, String body, int status, String type) {
        return body(name, body.getBytes(StandardCharsets.UTF_8), status, type);
    }

    static Bad body(String name, byte[] body, int status, String type) {
        return new Bad(name, "POST", EVENTS, Map.of(), body, status, type);
    }

    /** A write with good data and a bad header. */
    static Bad header(String name, String header, String value, int status, String type) {
        return new Bad(name, "POST", EVENTS, Map.of(header, value), draft(), status, type);
    }

    /** A write to a bad address. */
    static Bad channel(String name, String channel, int status, String type) {
        return new Bad(name, "POST", "/v1/channels/" + channel + "/events", Map.of(), draft(), status, type);
    }

    static Bad get(String target, int status, String type) {
        return new Bad(target, "GET", target, Map.of(), new byte[0], status, type);
    }

    static Bad send(String method, String target, String body, int status, String type) {
        return new Bad(
                method + " " + target + " " + body,
                method,
                target,
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8),
                status,
                type);
    }

    static byte[] draft() {
        return "{\"type\":\"t\",\"data\":1}".getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of the request. */
    byte[] bytes(String token) {
        var all = new LinkedHashMap<String, String>();
        all.put("Host", "localhost");
        all.put("Authorization", "Bearer " + token);
        if (method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
            all.put("Content-Type", "application/json");
            all.put("Idempotency-Key", "bad-" + System.nanoTime());
            all.put("Content-Length", Integer.toString(body.length));
        }
        all.putAll(headers);
        var out = new ByteArrayOutputStream();
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        all.forEach((header, value) -> {
            if (!value.isEmpty()) {
                head.append(header).append(": ").append(value).append("\r\n");
            }
        });
        out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return name.length() > 90 ? name.substring(0, 90) + "…" : name;
    }
}
