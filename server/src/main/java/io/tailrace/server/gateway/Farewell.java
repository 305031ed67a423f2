package io.tailrace.server.gateway;

import io.tailrace.wire.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The id of an {@code end} after which a client is not to come back: it marks an EventSource that does so all the same, for
 * which 204 is the only word. Behind the mark is the position that the client came with, so that nothing is lost for one
 * that is served again.
 *
 * @param position what the client came with; null: nothing
 */
record Farewell(@Nullable String position) {

    private static final String MARK = "x.";

    /** Reads an id; empty when it is not one of these. */
    static Optional<Farewell> parse(String id) {
        return id.startsWith(MARK)
                ? Optional.of(new Farewell(id.length() == MARK.length() ? null : id.substring(MARK.length())))
                : Optional.empty();
    }

    /** Within the length of positions. */
    String id() {
        if (position == null) {
            return MARK;
        }
        boolean good = position.length() + MARK.length() <= Position.MAX_LENGTH
                && Position.parse(position).isPresent();
        return MARK + (good ? position : Progress.UNKNOWN);
    }
}
