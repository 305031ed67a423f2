package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What makes a write repeatable: 1 to 255 visible ASCII characters, unique to one draft within tenant and principal.
 *
 * @param value the key as sent
 */
public record IdempotencyKey(@JsonValue String value) {

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern UUID_V7 =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}");

    /** @throws IllegalArgumentException when {@code value} is not of the form above */
    @JsonCreator
    public IdempotencyKey {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("an idempotency key is 1 to 255 visible ASCII characters");
        }
    }

    /** The key, or empty when {@code text} is not of the form: for input from outside. */
    public static Optional<IdempotencyKey> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new IdempotencyKey(text)) : Optional.empty();
    }

    /** When the key was made, if it says so: the 48-bit Unix milliseconds of a UUID version 7 (RFC 9562, 5.7). */
    public Optional<Instant> madeAt() {
        if (!UUID_V7.matcher(value).matches()) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochMilli(UUID.fromString(value).getMostSignificantBits() >>> 16));
    }

    @Override
    public String toString() {
        return value;
    }
}
