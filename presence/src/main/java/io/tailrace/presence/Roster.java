package io.tailrace.presence;

import java.time.Duration;
import java.util.List;

/**
 * What a look at a channel shows: who has changed since a {@link Mark}, as they are now.
 *
 * @param mark where the next look goes on
 * @param whole whether everybody who is here has been, or will be, shown since the beginning: the mark that was given was
 *     of another generation, or too old
 * @param more whether the next look should follow at once, for there is more than one page
 * @param present users who have changed and are here
 * @param gone users who have changed and are not
 * @param count users who are here
 * @param held whether the end of leases is suspended
 * @param nextLook until when there is nothing to be seen but changes that others tell of
 */
public record Roster(
        Mark mark,
        boolean whole,
        boolean more,
        List<Member> present,
        List<Gone> gone,
        int count,
        boolean held,
        Duration nextLook) {

    /**
     * How far a look has seen.
     *
     * @param generation of the store's list; it begins anew when the store has lost it
     * @param version the last change that was seen
     */
    public record Mark(String generation, long version) {

        /** Nothing was seen yet. */
        public static final Mark NONE = new Mark("", 0);
    }

    /** Somebody who is here no more. @param expired by silence, not by leaving */
    public record Gone(String user, boolean expired) {}

    public Roster {
        present = List.copyOf(present);
        gone = List.copyOf(gone);
    }
}
