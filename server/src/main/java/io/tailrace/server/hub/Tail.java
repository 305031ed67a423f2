package io.tailrace.server.hub;

import io.tailrace.log.Head;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One reader's hold on a channel's hub. The reader keeps its own cursor and pulls; the hub keeps nothing per reader but
 * whom to wake. Methods are called by the reader's thread only, except {@link #close}.
 */
public interface Tail extends AutoCloseable {

    /** Who reads. */
    @FunctionalInterface
    interface Reader {

        /** There may be something new. Any thread; must be quick and never block. */
        void wake();
    }

    /** What there is after a cursor. */
    sealed interface Next {

        /**
         * At least one frame, consecutive, the first right after the cursor.
         *
         * @param more whether there may be more behind them at once; otherwise the reader is woken when there is
         */
        record Frames(List<Frame> frames, boolean more) implements Next {}

        /** Nothing yet: the reader is woken when there is. Also for a cursor above what this hub has seen. */
        record Nothing() implements Next {}

        /** The frames after the cursor have left the ring: {@link Tail#replay} gets them. */
        record Behind() implements Next {}

        /**
         * Only a snapshot helps: another epoch, below the floor, above a head that is certain, or the log went back. The
         * reader goes on live after {@code head}. Told once per cause: what the reader asks for next counts.
         */
        record Lost(Head head) implements Next {}
    }

    /**
     * The ends of the channel as far as this hub delivers it, once it has read the log for the first time: {@code seq} is
     * the last event whose frame any reader may have, so that a reader "from now" starts right after it. Waits for that
     * read at most {@code timeout}; later calls never wait.
     *
     * @return empty when the log could not be read in time
     */
    Optional<Head> head(Duration timeout) throws InterruptedException;

    /** Frames after {@code after} from the ring, at most about {@code maxBytes} and at least one; never blocks. */
    Next next(int epoch, long after, int maxBytes);

    /**
     * A page of frames after {@code after} from the log, shared with every reader that asks for the same; blocks on the
     * database, throws {@link io.tailrace.log.LogUnavailable}.
     */
    Next replay(int epoch, long after);

    /** Lets go; the hub of a channel without readers ends after a while. */
    @Override
    void close();
}
