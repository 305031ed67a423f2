package io.tailrace.server.attack;

import static io.tailrace.server.attack.Attack.of;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests from other sites, requests inside of requests, and requests that are meant to cost. */
final class ShapeAttacks {

    private static final String JSON = "Content-Type: application/json\r\n";

    private ShapeAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(sites(), smuggled(), heavy(), schemas(), endless()).flatMap(each -> each);
    }

    private static Stream<Attack> sites() {
        return Stream.of(
                        "https://evil.example",
                        "null",
                        "https://app.example.org.evil.example",
                        "https://evil.example?https://app.example.org",
                        "http://app.example.org",
                        "https://app.example.org:444",
                        "https://APP.example.org.",
                        "file://")
                .flatMap(origin -> Stream.of(
                        of(
                                "a write by cookie from " + origin,
                                target -> Request.write("1")
                                        .header("Cookie", cookie(target))
                                        .header("Origin", origin),
                                403),
                        of(
                                "cursors by cookie from " + origin,
                                target -> upgrade()
                                        .header("Cookie", cookie(target))
                                        .header("Origin", origin),
                                403)));
    }

    private static String cookie(Target target) {
        return "tailrace_token=" + target.ada();
    }

    private static Request upgrade() {
        return Request.get("/v1/channels/" + Target.CHANNEL + "/cursors")
                .header("Upgrade", "websocket")
                .header("Connection", "Upgrade")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("Sec-WebSocket-Protocol", "tailrace.cursors.v1");
    }

    /** What a proxy in front and this server might take for different requests. */
    private static Stream<Attack> smuggled() {
        String inner = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
        return Stream.of(
                raw("two lengths that differ", "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + inner, 400),
                raw("two lengths in one", "Content-Length: 0, 44\r\n\r\n" + inner, 400),
                raw(
                        "length and chunks",
                        "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
                        400),
                raw(
                        "chunks and length",
                        "Transfer-Encoding: chunked\r\nContent-Length: 44\r\n\r\n0\r\n\r\n" + inner,
                        400),
                raw(
                        "two encodings",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + inner,
                        400,
                        501),
                raw("an encoding that is hidden", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner, 400),
                raw(
                        "an encoding with a tab",
                        "Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n" + inner,
                        400,
                        501),
                raw("an encoding of another name", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner, 400, 501),
                raw("a folded header", "X: a\r\n Content-Length: 44\r\n\r\n" + inner, 400),
                raw("a bare CR", "X: a\rContent-Length: 44\r\n\r\n" + inner, 400),
                raw("a bare LF", "X: a\nContent-Length: 44\r\n\r\n" + inner, 400),
                raw("NUL in a header", "X: a\u0000b\r\n\r\n", 400),
                raw("a header without a name", ": a\r\n\r\n", 400),
                raw("a length with a sign", "Content-Length: +5\r\n\r\nhello", 400),
                raw("a length in hexadecimal", "Content-Length: 0x5\r\n\r\nhello", 400),
                raw("a length that overflows", "Content-Length: 18446744073709551617\r\n\r\n1", 400, 413),
                raw(
                        "a chunk that overflows",
                        "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n1",
                        0,
                        400,
                        408,
                        413),
                raw("two hosts", "Host: evil.example\r\n\r\n", 400));
    }

    /** A write by the owner but for these headers, which end themselves. */
    private static Attack raw(String name, String headers, Integer... statuses) {
        Function<Target, byte[]> bytes =
                target -> ("POST " + Target.HISTORY + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + target.ada() + "\r\n" + JSON + headers)
                        .getBytes(StandardCharsets.ISO_8859_1);
        return new Attack(name, bytes, Set.of(statuses));
    }

    private static Stream<Attack> heavy() {
        return Stream.of(
                raw("a body of 100 MB, announced", "Idempotency-Key: k\r\nContent-Length: 104857600\r\n\r\n{", 413),
                of(
                        "JSON 100,000 deep",
                        target -> Request.write("[".repeat(100_000) + "]".repeat(100_000))
                                .bearer(target.ada()),
                        400,
                        413),
                of(
                        "a number of 1e400 as seq",
                        target -> Request.of("PUT", "/v1/channels/chat:x/receipt", "{\"seq\":1e400}")
                                .bearer(target.ada()),
                        400),
                of(
                        "a number of 60,000 digits",
                        target -> Request.write("9".repeat(60_000)).bearer(target.ada()),
                        400),
                of(
                        "a key of 60,000 characters",
                        target -> Request.of(
                                        "POST",
                                        Target.HISTORY,
                                        "{\"type\":\"t\",\"data\":1,\"key\":\"" + "k".repeat(60_000) + "\"}")
                                .header("Idempotency-Key", "k")
                                .bearer(target.ada()),
                        400),
                of(
                        "200,000 members",
                        target -> Request.write("{" + members(200_000) + "}").bearer(target.ada()),
                        400,
                        413),
                of(
                        "a body that is packed",
                        target -> Request.write("1")
                                .header("Content-Encoding", "gzip")
                                .bearer(target.ada()),
                        415));
    }

    private static Stream<Attack> schemas() {
        return Stream.of(
                // What schemas cost is bounded where they judge, so these may be declared, and cost nobody.
                of(
                        "a pattern without end",
                        target -> namespace("{\"type\":\"string\",\"pattern\":\"^(a+)+$\"}")
                                .bearer(target.ada()),
                        200),
                of(
                        "an input for that pattern",
                        target -> event("\"" + "a".repeat(5_000) + "!\"").bearer(target.ada()),
                        422),
                of(
                        "a reference to elsewhere",
                        target -> namespace("{\"$ref\":\"" + target.lair() + "\"}")
                                .bearer(target.ada()),
                        400,
                        422),
                of(
                        "a reference to a file",
                        target -> namespace("{\"$ref\":\"file:///etc/passwd\"}").bearer(target.ada()),
                        400,
                        422),
                of(
                        "a schema that refers to itself",
                        target -> namespace("{\"$ref\":\"#\"}").bearer(target.ada()),
                        200),
                of("an input for that schema", target -> event("1").bearer(target.ada()), 422));
    }

    /** Heads that do not end, and requests that do not go on. */
    private static Stream<Attack> endless() {
        return Stream.of(
                of(
                        "a thousand headers",
                        target -> IntStream.range(0, 1_000)
                                .boxed()
                                .reduce(
                                        Request.get(Target.HISTORY),
                                        (request, i) -> request.header("X-" + i, "y".repeat(50)),
                                        (a, b) -> a),
                        400,
                        401,
                        431),
                of(
                        "a header of 100,000 bytes",
                        target -> Request.get(Target.HISTORY).header("X", "y".repeat(100_000)),
                        400,
                        431),
                raw("a body that stalls", "Idempotency-Key: k\r\nContent-Length: 20\r\n\r\n{\"type\"", 408),
                new Attack(
                        "headers that stall",
                        target -> "GET / HTTP/1.1\r\nHost: a\r\nX: ".getBytes(StandardCharsets.US_ASCII),
                        Set.of(0, 400, 408)),
                new Attack(
                        "nothing but a letter",
                        target -> "G".getBytes(StandardCharsets.US_ASCII),
                        Set.of(0, 400, 408)));
    }

    private static String members(int count) {
        return "\"x\":1,".repeat(count) + "\"y\":1";
    }

    private static Request event(String data) {
        return Request.of("POST", "/v1/channels/attack:x/events", "{\"type\":\"t\",\"data\":" + data + "}")
                .header("Idempotency-Key", "attack-" + System.nanoTime());
    }

    private static Request namespace(String schema) {
        return Request.of("PUT", "/v1/namespaces/attack", "{\"schemas\":{\"t\":" + schema + "}}");
    }
}
