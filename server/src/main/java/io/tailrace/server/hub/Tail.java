package io.tailrace.server.hub;

import io.tailrace.log.Head;
import java.util.List;

/**
 * One reader's hold on a channel's hub. The reader keeps its own cursor and pulls; the hub keeps nothing per reader but
 * whom to wake. Methods are called by the reader's thread only, except {@link #close}.
 */
public interface Tail extends AutoCloseable {

    /** What there is after a cursor. */
    sealed interface Next {

        /** At least one frame, consecutive, the first right after the cursor. */
        record Frames(List<Frame> frames) implements Next {}

        /** Nothing yet: the reader is woken when there is. Also for a cursor above what this hub has seen. */
        record Nothing() implements Next {}

        /** The frames after the cursor have left the ring: {@link Tail#replay} gets them. */
        record Behind() implements Next {}

        /** Only a snapshot helps: another epoch, below the floor, or above a head that is certain. */
        record Lost(Head head) implements Next {}
    }

    /** The hub's view of the ends, as soon as it is certain: waits for the first read of the log. */
    Head head() throws InterruptedException;

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
