package io.tailrace.server.hub;

import io.tailrace.log.Head;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a hub at one moment; immutable but for frames that give way (see {@link Ring}).
 *
 * @param epoch the log's; 0: the log was never read, and nothing else counts
 * @param incarnation raised whenever the hub began anew, because what it had delivered is not in the log any more
 * @param head the last event that readers may have
 * @param known the last event that is known to exist
 * @param floor as the log said last
 * @param accessEpoch the tenant's, as the log said last
 * @param audited number of the last audit whose result is in here
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, and views are never compared
record View(
        int epoch,
        long incarnation,
        long head,
        long known,
        long floor,
        long accessEpoch,
        long audited,
        @Nullable Frame[] slots,
        int from,
        int to) {

    /** What there is before the first read of the log. */
    static final View NONE = new View(0, 0, 0, 0, 0, 0, 0, new Frame[0], 0, 0);

    boolean ready() {
        return epoch != 0;
    }

    Head ends() {
        return new Head(epoch, head, floor, accessEpoch);
    }

    /** Whether readers of the other view have something to look at in this one. */
    boolean newsAfter(View other) {
        return head != other.head || incarnation != other.incarnation || epoch != other.epoch;
    }

    /** Frames after {@code after}, which is below the head; or that they are no longer in the ring. */
    Tail.Next framesAfter(long after, int maxBytes) {
        long index = to - (head - after);
        if (index < from) {
            return BEHIND;
        }
        Frame first = slots[(int) index];
        if (first == null) {
            return BEHIND;
        }
        if (index == to - 1) {
            return new Tail.Next.Frames(List.of(first), false); // as nearly always
        }
        var frames = new ArrayList<Frame>(Math.min(to - (int) index, 64));
        long weight = 0;
        for (int i = (int) index; i < to; i++) {
            Frame frame = slots[i];
            if (frame == null) {
                return BEHIND;
            }
            weight += frame.weight();
            if (weight > maxBytes && !frames.isEmpty()) {
                break;
            }
            frames.add(frame);
        }
        return new Tail.Next.Frames(Collections.unmodifiableList(frames), frames.size() < to - index);
    }

    static final Tail.Next BEHIND = new Tail.Next.Behind();
    static final Tail.Next NOTHING = new Tail.Next.Nothing();
}
