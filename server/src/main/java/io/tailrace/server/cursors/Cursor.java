package io.tailrace.server.cursors;

import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody points, as frames and nodes tell it.
 *
 * @param device tells a user's devices apart; null: not known
 * @param cursor the position, as its client said it
 * @param at when it was taken, by the clock of the node that took it: an instant as text, for it is only passed on
 */
record Cursor(String user, @Nullable String device, Json cursor, String at) {

    /** Bytes of the largest position in its compact form. */
    static final int MAX_BYTES = 512;

    /** Whose it is. */
    record Owner(String user, @Nullable String device) {}

    boolean isOlderThan(Cursor other) {
        return Instant.parse(at).isBefore(Instant.parse(other.at));
    }

    Owner owner() {
        return new Owner(user, device);
    }

    /**
     * What a client says: one of the two.
     *
     * @param cursor where it points; JSON null: nowhere any more; null: it did not say
     * @param token to go on with; null: it did not say
     */
    record Said(@Nullable Json cursor, @Nullable String token) {

        /** @throws Violation when it is none of our messages */
        static Said parse(String text) throws Violation {
            try {
                var said = JsonCodec.read(text.getBytes(StandardCharsets.UTF_8), Said.class);
                boolean alone =
                        said.token() == null ? said.cursor() != null : said.at().isNull();
                if (alone && isPosition(said.at())) {
                    return said;
                }
            } catch (JsonFault bad) {
                // the same
            }
            throw new Violation(CloseCode.POLICY);
        }

        /** The position; JSON null: none. */
        Json at() {
            return cursor == null ? Json.NULL : cursor;
        }

        private static boolean isPosition(Json json) {
            return json.isNull() || json.text().startsWith("{") && json.bytes() <= MAX_BYTES;
        }
    }

    /** What a client is told a while before its credentials end: it may go on with the token of fresh ones. */
    record Expiring(String event, Instant expiresAt) {

        static byte[] json(Instant expiresAt) {
            return JsonCodec.writeBytes(new Expiring("auth.expiring", expiresAt));
        }
    }

    /**
     * What nodes tell each other.
     *
     * @param v the version of this form
     * @param node who tells; {@code run} changes with each of its starts
     * @param whole whether these are all that it holds
     */
    record Told(int v, String node, String run, boolean whole, List<Cursor> cursors, List<Owner> left) {

        static final int VERSION = 1;
    }
}
