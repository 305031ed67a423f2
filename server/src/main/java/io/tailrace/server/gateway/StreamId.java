package io.tailrace.server.gateway;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a live stream: 96 random bits that nobody guesses, and the node that holds it.
 *
 * @param secret 16 characters of base64url
 * @param node the node's name
 */
record StreamId(String secret, String node) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{16})\\.([A-Za-z0-9._-]{1,64})");
    private static final int BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    static StreamId random(String node) {
        var bytes = ByteBuffer.allocate(BYTES);
        RANDOM.nextBytes(bytes.array());
        return new StreamId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array()), node);
    }

    /** The id, or empty when it is none of ours. */
    static Optional<StreamId> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches() ? Optional.of(new StreamId(match.group(1), match.group(2))) : Optional.empty();
    }

    @Override
    public String toString() {
        return secret + "." + node;
    }
}
