package io.tailrace.server.badinput;

import static io.tailrace.server.badinput.Bad.body;
import static io.tailrace.server.badinput.Bad.channel;
import static io.tailrace.server.badinput.Bad.get;
import static io.tailrace.server.badinput.Bad.header;
import static io.tailrace.server.badinput.Bad.send;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The tables of malformed requests. */
final class BadTables {

    private static final String JSON = "json-malformed";
    private static final String JSON_TYPE = "application/json";
    private static final String PARAMETER = "parameter-malformed";
    private static final String HEADER = "header-malformed";
    private static final String HISTORY = "/v1/channels/chat:bad/events";

    private BadTables() {}

    /** Bytes that are not an HTTP request, and what may be answered; 0: nothing, the connection is closed. */
    record Shape(String name, String text, List<Integer> statuses, String type) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bodies() {
        return Stream.of(
                body("empty", "", 400, JSON),
                body("not JSON", "type=t", 400, JSON),
                body("cut off", "{\"type\":\"t\",\"data\":{", 400, JSON),
                body("with something after", "{\"type\":\"t\",\"data\":1} x", 400, JSON),
                body("two values", "{\"type\":\"t\",\"data\":1}{}", 400, JSON),
                body("an array", "[]", 400, JSON),
                body("a string", "\"t\"", 400, JSON),
                body("null", "null", 400, JSON),
                body("no type", "{\"data\":1}", 400, JSON),
                body("no data", "{\"type\":\"t\"}", 400, JSON),
                body("type null", "{\"type\":null,\"data\":1}", 400, JSON),
                body("type a number", "{\"type\":1,\"data\":1}", 400, JSON),
                body("type empty", "{\"type\":\"\",\"data\":1}", 400, JSON),
                body("type with a space", "{\"type\":\"a b\",\"data\":1}", 400, JSON),
                body("type too long", "{\"type\":\"" + "t".repeat(129) + "\",\"data\":1}", 400, JSON),
                body("version 0", "{\"type\":\"t@0\",\"data\":1}", 400, JSON),
                body("version with a leading zero", "{\"type\":\"t@01\",\"data\":1}", 400, JSON),
                body("version empty", "{\"type\":\"t@\",\"data\":1}", 400, JSON),
                body("two versions", "{\"type\":\"t@2@3\",\"data\":1}", 400, JSON),
                body("version too large", "{\"type\":\"t@99999\",\"data\":1}", 400, JSON),
                body("nothing but a version", "{\"type\":\"@2\",\"data\":1}", 400, JSON),
                body("unknown member", "{\"type\":\"t\",\"data\":1,\"seq\":7}", 400, JSON),
                body("unknown member U+0000", "{\"type\":\"t\",\"data\":1,\"\\u0000\":7}", 400, JSON),
                body("unknown member no text", "{\"type\":\"t\",\"data\":1,\"\\ud800\":7}", 400, JSON),
                body("member twice", "{\"type\":\"t\",\"type\":\"u\",\"data\":1}", 400, JSON),
                body("member twice in data", "{\"type\":\"t\",\"data\":{\"a\":1,\"a\":2}}", 400, JSON),
                body("member twice by escape", "{\"type\":\"t\",\"data\":{\"a\":1,\"\\u0061\":2}}", 400, JSON),
                body("U+0000 in data", "{\"type\":\"t\",\"data\":\"\\u0000\"}", 400, JSON),
                body("U+0000 in key", "{\"type\":\"t\",\"data\":1,\"key\":\"a\\u0000\"}", 400, JSON),
                body("lone surrogate", "{\"type\":\"t\",\"data\":\"\\ud800\"}", 400, JSON),
                body("surrogates turned around", "{\"type\":\"t\",\"data\":\"\\udc00\\ud800\"}", 400, JSON),
                body("not UTF-8", bytes("7b2274797065223a2274222c2264617461223a22fffe227d"), 400, JSON),
                body("overlong UTF-8", bytes("7b2274797065223a2274222c2264617461223a22c0af227d"), 400, JSON),
                body("UTF-16", "{\"type\":\"t\",\"data\":1}".getBytes(StandardCharsets.UTF_16BE), 400, JSON),
                body("byte order mark", "\ufeff{\"type\":\"t\",\"data\":1}", 400, JSON),
                body("too deep", data("[".repeat(65) + "]".repeat(65)), 400, JSON),
                body("far too deep", data("[".repeat(20_000) + "]".repeat(20_000)), 400, JSON),
                body("number too long", data("1".repeat(1_001)), 400, JSON),
                body("NaN", data("NaN"), 400, JSON),
                body("leading zero", data("01"), 400, JSON),
                body("single quotes", data("'a'"), 400, JSON),
                body("comment", data("1/**/"), 400, JSON),
                body("raw line break in a string", data("\"a\nb\""), 400, JSON),
                body("key empty", "{\"type\":\"t\",\"data\":1,\"key\":\"\"}", 400, JSON),
                body("key too long", "{\"type\":\"t\",\"data\":1,\"key\":\"" + "k".repeat(257) + "\"}", 400, JSON),
                body("key with a control character", "{\"type\":\"t\",\"data\":1,\"key\":\"\\u001f\"}", 400, JSON),
                body("ref too long", "{\"type\":\"t\",\"data\":1,\"ref\":\"" + "r".repeat(65) + "\"}", 400, JSON),
                body("by empty", "{\"type\":\"t\",\"data\":1,\"by\":\"\"}", 400, JSON),
                body("by too long", "{\"type\":\"t\",\"data\":1,\"by\":\"" + "b".repeat(129) + "\"}", 400, JSON),
                body("by with a control character", "{\"type\":\"t\",\"data\":1,\"by\":\"a\\n\"}", 400, JSON),
                body("by a list", "{\"type\":\"t\",\"data\":1,\"by\":[\"ada\"]}", 400, JSON),
                body("by another", "{\"type\":\"t\",\"data\":1,\"by\":\"somebody-else\"}", 403, "forbidden"),
                body("via", "{\"type\":\"t\",\"data\":1,\"via\":\"ada\"}", 400, JSON),
                body("ref a number", "{\"type\":\"t\",\"data\":1,\"ref\":7}", 400, JSON),
                body("data over 64 KiB", data("\"" + "a".repeat(65_535) + "\""), 413, "body-too-large"),
                body("body of 3 MB", data("\"" + "a".repeat(3_000_000) + "\""), 413, "body-too-large"));
    }

    static Stream<Bad> headers() {
        return Stream.of(
                header("no media type", "Content-Type", "", 415, "unsupported-media-type"),
                header("a form", "Content-Type", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
                header("plain text", "Content-Type", "text/plain", 415, "unsupported-media-type"),
                header(
                        "another charset",
                        "Content-Type",
                        "application/json; charset=utf-16",
                        415,
                        "unsupported-media-type"),
                header("no media type at all", "Content-Type", "json", 400, "request-malformed"),
                header("a parameter without value", "Content-Type", JSON_TYPE + "; charset", 400, "request-malformed"),
                header("a quote without end", "Content-Type", JSON_TYPE + ";charset=\"", 400, "request-malformed"),
                header("packed", "Content-Encoding", "gzip", 415, "unsupported-media-type"),
                header("no key", "Idempotency-Key", "", 400, "idempotency-key-missing"),
                header("key too long", "Idempotency-Key", "k".repeat(256), 400, HEADER),
                header("key with a space", "Idempotency-Key", "a b", 400, HEADER),
                header("key not ASCII", "Idempotency-Key", "schlüssel", 400, HEADER),
                header("key twice", "idempotency-key", "other", 400, HEADER),
                header(
                        "key of long ago",
                        "Idempotency-Key",
                        "01890a5d-ac96-774b-bcce-b302099a8057",
                        422,
                        "idempotency-key-expired"),
                header("If-Match without quotes", "If-Match", "1", 400, HEADER),
                header("If-Match of anything", "If-Match", "*", 400, HEADER),
                header("If-Match weak", "If-Match", "W/\"1\"", 400, HEADER),
                header("If-Match negative", "If-Match", "\"-1\"", 400, HEADER),
                header("If-Match of two", "If-Match", "\"1\", \"2\"", 400, HEADER),
                header("If-Match without a key", "If-Match", "\"1\"", 400, HEADER),
                header("no token", "Authorization", "", 401, "unauthenticated"),
                header("a password", "Authorization", "Basic dTpw", 401, "unauthenticated"),
                header("an empty token", "Authorization", "Bearer", 401, "unauthenticated"));
    }

    static Stream<Bad> addresses() {
        return Stream.of(
                channel("space", "bo%20ard", 400, PARAMETER),
                channel("slash", "a%2fb", 404, "not-found"),
                channel("U+0000", "a%00b", 400, PARAMETER),
                channel("not ASCII", "%c3%a4", 400, PARAMETER),
                channel("begins with a dot", ".hidden", 400, PARAMETER),
                channel("too long", "a".repeat(129), 400, PARAMETER),
                channel("star", "chat:*", 400, PARAMETER),
                get(HISTORY + "?after=-1", 400, PARAMETER),
                get(HISTORY + "?after=abc", 400, PARAMETER),
                get(HISTORY + "?after=1e3", 400, PARAMETER),
                get(HISTORY + "?after=", 400, PARAMETER),
                get(HISTORY + "?after=99999999999999999999", 400, PARAMETER),
                get(HISTORY + "?after=0&after=1", 400, PARAMETER),
                get(HISTORY + "?after=1000", 410, "above-head"),
                get(HISTORY + "?epoch=0", 400, PARAMETER),
                get(HISTORY + "?epoch=2", 410, "another-epoch"),
                get(HISTORY + "?before=0", 400, PARAMETER),
                get(HISTORY + "?limit=0", 400, PARAMETER),
                get(HISTORY + "?limit=1001", 400, PARAMETER),
                get(HISTORY + "?wait=-1", 400, PARAMETER),
                get(HISTORY + "?wait=3600", 400, PARAMETER),
                get(HISTORY + "?nonsense=1", 400, PARAMETER),
                get("/v1/channels/pulse:x/events", 409, "not-durable"),
                get("/v1/channels/chat:bad/snapshot?min=x", 400, PARAMETER),
                get("/v1/stream", 400, PARAMETER),
                get("/v1/stream?channel=", 400, PARAMETER),
                get("/v1/stream?channel=a%20b", 400, PARAMETER),
                get("/v1/stream?channel=a@-1", 400, PARAMETER),
                get("/v1/stream?channel=a@x", 400, PARAMETER),
                get("/v1/stream?channel=a&wait=x", 400, PARAMETER),
                get("/v1/stream?channel=a&heartbeat=x", 400, PARAMETER),
                get("/v1/stream?channel=a&heartbeat=-1", 400, PARAMETER),
                get("/v1/stream?channel=a&heartbeat=1.5", 400, PARAMETER),
                get("/v1/stream?channel=a&heartbeat=9999999", 400, PARAMETER),
                get("/v1/stream?channel=a&padding=16385", 400, PARAMETER),
                get("/v1/stream?channel=a&padding=-1", 400, PARAMETER),
                get("/v1/stream?channel=a&padding=2k", 400, PARAMETER),
                get("/v1/stream?channel=a&flush_ms=2001", 400, PARAMETER),
                get("/v1/stream?channel=a&flush_ms=%2B1", 400, PARAMETER),
                get("/v1/stream?channel=a&compat=2", 400, PARAMETER),
                get("/v1/stream?channel=a&compat=true", 400, PARAMETER),
                get("/v1/stream?channel=a&gzip=yes", 400, PARAMETER),
                get("/v1/stream?channel=a&wait=1&moment=abc", 400, PARAMETER),
                get("/v1/stream?channel=a&wait=1&moment=AAAAAAAAAAAAAAAAA", 400, PARAMETER),
                get("/v1/stream?channel=a&wait=1&moment=AAAAAAAAAAAAAAA.", 400, PARAMETER),
                get("/v1/stream?channel=a&wait=1&moment=" + "A".repeat(2_052), 400, PARAMETER),
                get("/v1/streams/nosuchstream", 404, "stream-not-found"),
                get("/v1/nothing", 404, "not-found"),
                get("/v1", 404, "not-found"));
    }

    static Stream<Bad> requests() {
        return Stream.of(
                send("DELETE", HISTORY, "", 405, "method-not-allowed"),
                send("PUT", HISTORY, "{}", 405, "method-not-allowed"),
                send("POST", "/v1/writes", "{}", 400, JSON),
                send("POST", "/v1/writes", "{\"writes\":[]}", 400, JSON),
                send("POST", "/v1/writes", "{\"writes\":{}}", 400, JSON),
                send("POST", "/v1/tickets", "{}", 400, JSON),
                send("POST", "/v1/tickets", "{\"channels\":[]}", 422, "value-unacceptable"),
                send("POST", "/v1/tickets", "{\"channels\":[\"a b\"]}", 400, JSON),
                send("POST", "/v1/tickets", "{\"channels\":[\"a\"],\"ttl\":0}", 422, "value-unacceptable"),
                send("POST", "/v1/tickets", "{\"channels\":[\"a\"],\"for\":\"x\"}", 422, "value-unacceptable"),
                send("PUT", "/v1/tickets", "{\"ticket\":\"nope\"}", 422, "value-unacceptable"),
                send("PATCH", "/v1/streams/nosuchstream", "{\"add\":1}", 400, JSON),
                send("PATCH", "/v1/streams/nosuchstream", "{\"remove\":[\"a b\"]}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"durability\":\"forever\"}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"max_event_bytes\":0}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"schemas\":{\"t@0\":true}}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"schemas\":{\"t@01\":true}}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"schemas\":{\"t@\":true}}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"schemas\":{\"t@2@3\":true}}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"schemas\":{\"t@99999\":true}}", 400, JSON),
                send("PUT", "/v1/namespaces/x", "{\"write_rate\":\"1\"}", 400, JSON),
                send("PUT", "/v1/channels/chat:bad/members/u", "{\"role\":\"king\"}", 400, JSON),
                send("PUT", "/v1/channels/chat:bad/members/u", "{}", 400, JSON),
                send("PUT", "/v1/channels/chat:bad/members/u", "{\"role\":0}", 400, JSON),
                send("POST", "/v1/revocations", "{\"kind\":\"planet\"}", 400, JSON),
                send("POST", "/v1/revocations", "{}", 400, JSON));
    }

    static Stream<Shape> shapes() {
        String post = "POST " + HISTORY + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer TOKEN\r\n"
                + "Idempotency-Key: shape\r\nContent-Type: application/json\r\n";
        String draft = "{\"type\":\"t\",\"data\":1}";
        return Stream.of(
                new Shape("garbage", "HELLO\r\n\r\n", List.of(0, 400), ""),
                new Shape("another protocol", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", List.of(0, 400, 505), ""),
                new Shape(
                        "TLS where there is none", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", List.of(0, 400), ""),
                new Shape("no host", "GET /health/live HTTP/1.1\r\n\r\n", List.of(400), ""),
                new Shape("two hosts", "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", List.of(400), ""),
                new Shape(
                        "a space before the colon", "GET /health/live HTTP/1.1\r\nHost : a\r\n\r\n", List.of(400), ""),
                new Shape(
                        "a folded header",
                        "GET /health/live HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
                        List.of(400),
                        ""),
                new Shape(
                        "a malformed percent sign",
                        "GET /v1/channels/%zz/events HTTP/1.1\r\nHost: a\r\n" + "Authorization: Bearer TOKEN\r\n\r\n",
                        List.of(400),
                        ""),
                new Shape(
                        "a path that climbs",
                        "GET /v1/channels/../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
                        List.of(400, 404),
                        ""),
                new Shape(
                        "an endless path",
                        "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        List.of(0, 400, 404, 414),
                        ""),
                new Shape(
                        "an endless header",
                        "GET /health/live HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(100_000) + "\r\n\r\n",
                        List.of(400, 431),
                        ""),
                new Shape(
                        "two lengths",
                        post + "Content-Length: 21\r\nContent-Length: 22\r\n\r\n" + draft,
                        List.of(400),
                        ""),
                new Shape(
                        "length and chunks",
                        post + "Content-Length: 21\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        List.of(400),
                        ""),
                new Shape("a negative length", post + "Content-Length: -1\r\n\r\n" + draft, List.of(400), ""),
                new Shape("a length that is none", post + "Content-Length: x\r\n\r\n" + draft, List.of(400), ""),
                new Shape(
                        "an absurd chunk",
                        post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + draft,
                        List.of(0, 400, 408, 413),
                        ""),
                new Shape(
                        "a chunk that is none",
                        post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + draft,
                        List.of(0, 400, 408),
                        ""),
                new Shape(
                        "a body that never comes", post + "Content-Length: 21\r\n\r\n{", List.of(408), "body-timeout"));
    }

    private static String data(String data) {
        return "{\"type\":\"t\",\"data\":" + data + "}";
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
