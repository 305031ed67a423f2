package io.tailrace.server.signal;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The policy of backpressure, for everything on a stream but durable events: what is served first, what gives way first,
 * and what becomes of what a slow reader missed. Design section 5, requirements.
 *
 * <ul>
 *   <li>Events come first: a stream hands on notices only when it has no event to hand on, so none ever waits for them.
 *   <li>Notices are served from the last to drop to the first to drop, and wait on the channel's noticeboard, which all
 *       readers share, not in a buffer per connection. A connection holds the one batch that is being written.
 *   <li>A newer notice about the same thing replaces the older one, so that a slow reader gets the latest of each.
 *   <li>A board holds {@link #BOARD_BYTES} at most; past it the first to drop give way, the oldest first.
 *   <li>A notice that a reader could not be given in {@link #keeps} is dropped for it. What was dropped is counted and
 *       told in {@code degraded}; who missed a change of the member list gets the whole list instead.
 *   <li>An event is never dropped: a reader that fell behind reads it from the log, and one that takes nothing at all is
 *       cut off and resumes from its position.
 * </ul>
 */
public enum Priority {
    /** Typing signals: the first to drop. */
    TYPING(Duration.ofSeconds(5)),
    /** Changes of the member list; the list replaces those that were dropped. */
    PRESENCE(Duration.ofSeconds(30)),
    /** Read markers. */
    RECEIPT(Duration.ofSeconds(30)),
    /** All other signals, and the events of ephemeral channels: the last to drop. */
    OTHER(Duration.ofSeconds(30));

    /** Bytes of notices that a channel holds at most on a node, unless one alone is larger. */
    static final int BOARD_BYTES = 256 * 1024;

    /** In the order in which they are served. */
    static final List<Priority> SERVED = List.of(OTHER, RECEIPT, PRESENCE, TYPING);

    /** In the order in which they give way. */
    static final List<Priority> DROPPED = SERVED.reversed();

    private final Duration keeps;

    Priority(Duration keeps) {
        this.keeps = keeps;
    }

    /** How long a notice waits for readers that are slow. */
    Duration keeps() {
        return keeps;
    }

    /** As metrics and {@code degraded} name it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
