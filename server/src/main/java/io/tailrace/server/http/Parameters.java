package io.tailrace.server.http;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What stands in a request's address: checked once, before every handler, so that decoding cannot fail later. */
final class Parameters {

    private Parameters() {}

    /**
     * Lets an address pass whose percent-encodings are whole and are UTF-8 without NUL.
     *
     * @throws Refusal 400 otherwise
     */
    static void requireWellFormed(ServerRequest request) {
        requireWellFormed(request.prologue().uriPath().rawPath(), "path");
        requireWellFormed(request.query().rawValue(), "query");
    }

    static void requireWellFormed(String encoded, String what) {
        if (encoded.indexOf('%') < 0) {
            return;
        }
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(octet(encoded, i + 1, what));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
        } catch (CharacterCodingException e) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, "the " + what + " is not UTF-8");
        }
    }

    private static int octet(String encoded, int at, String what) {
        int high = at + 1 < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
        int low = at + 1 < encoded.length() ? Character.digit(encoded.charAt(at + 1), 16) : -1;
        int octet = high * 16 + low;
        if (high < 0 || low < 0 || octet == 0) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, "the " + what + " has a bad percent-encoding");
        }
        return octet;
    }
}
