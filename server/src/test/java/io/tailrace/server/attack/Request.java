package io.tailrace.server.attack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A request as bytes, with nothing that nobody asked for but {@code Host} and the length of the body.
 *
 * @param head lines, each with its end
 */
record Request(String line, String head, String body) {

    static Request get(String target) {
        return of("GET", target, "");
    }

    static Request of(String method, String target, String body) {
        return new Request(method + " " + target + " HTTP/1.1\r\n", "Host: localhost\r\n", body);
    }

    /** A write to the secret channel. */
    static Request write(String data) {
        return of("POST", Target.HISTORY, "{\"type\":\"t\",\"data\":" + data + "}")
                .header("Idempotency-Key", "attack-" + System.nanoTime());
    }

    Request header(String name, String value) {
        return new Request(line, head + name + ": " + value + "\r\n", body);
    }

    Request bearer(String token) {
        return header("Authorization", "Bearer " + token);
    }

    byte[] bytes() {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        boolean json = !body.isEmpty();
        String length = json ? "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n" : "";
        out.writeBytes((line + head + length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(content);
        return out.toByteArray();
    }
}
