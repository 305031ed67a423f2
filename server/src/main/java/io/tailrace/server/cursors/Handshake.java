package io.tailrace.server.cursors;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** The opening handshake (RFC 6455, section 4.2). */
final class Handshake {

    /** The only subprotocol. */
    static final String PROTOCOL = "tailrace.cursors.v1";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSIONS = HeaderNames.create("Sec-WebSocket-Version");
    private static final HeaderName PROTOCOLS = HeaderNames.create("Sec-WebSocket-Protocol");

    private Handshake() {}

    /**
     * Lets a request pass that asks for a WebSocket of our protocol; returns its key.
     *
     * @throws Refusal 426 when it asks for none, 400 when it asks for another protocol
     */
    static String require(ServerRequest request, ServerResponse response) {
        var headers = request.headers();
        boolean asks = contains(headers, HeaderNames.UPGRADE, "websocket")
                && contains(headers, HeaderNames.CONNECTION, "upgrade")
                && headers.first(VERSIONS).filter(VERSION::equals).isPresent();
        if (!asks) {
            response.header(HeaderValues.create(HeaderNames.UPGRADE, "websocket"));
            response.header(HeaderValues.create(VERSIONS, VERSION));
            throw new Refusal(Problem.of(ProblemType.WEBSOCKET_REQUIRED));
        }
        if (!contains(headers, PROTOCOLS, PROTOCOL)) {
            throw new Refusal(
                    ProblemType.HEADER_MALFORMED, "Sec-WebSocket-Protocol: " + PROTOCOL + " has to be offered");
        }
        return headers.first(KEY)
                .filter(Handshake::isKey)
                .orElseThrow(() -> new Refusal(ProblemType.HEADER_MALFORMED, "Sec-WebSocket-Key: 16 bytes in base64"));
    }

    private static boolean contains(Headers headers, HeaderName name, String token) {
        return headers.contains(name)
                && headers.get(name).allValues().stream()
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .anyMatch(
                                value -> value.strip().toLowerCase(Locale.ROOT).equals(token));
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** The answer: from here on it is a WebSocket. */
    static byte[] accepted(String key) {
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\nSec-WebSocket-Protocol: " + PROTOCOL + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
