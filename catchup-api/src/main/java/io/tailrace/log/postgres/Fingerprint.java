package io.tailrace.log.postgres;

import io.tailrace.log.Append;
import io.tailrace.log.IfMatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What two tries under one idempotency key must have in common: SHA-256 over channel, type, key, data and condition,
 * each with its length in front, and in another's name that name. Not {@code ref}, and nothing of the HTTP form: an
 * offline queue may resend as part of a batch what it first sent alone.
 */
final class Fingerprint {

    private static final byte[] ABSENT =
            ByteBuffer.allocate(Integer.BYTES).putInt(-1).array();

    private Fingerprint() {}

    static byte[] of(Append append) {
        MessageDigest sha = sha256();
        feed(sha, append.channel().name().value());
        feed(sha, append.draft().type());
        feed(sha, append.draft().key());
        feed(sha, append.draft().data().text());
        feed(sha, condition(append.ifMatch()));
        if (append.via() != null) {
            feed(sha, append.by());
        }
        return sha.digest();
    }

    private static @Nullable String condition(@Nullable IfMatch ifMatch) {
        return switch (ifMatch) {
            case null -> null;
            case IfMatch.Revision(long seq) -> "seq " + seq;
            case IfMatch.Earlier(var key) -> "key " + key.value();
        };
    }

    private static void feed(MessageDigest sha, @Nullable String text) {
        if (text == null) {
            sha.update(ABSENT);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
