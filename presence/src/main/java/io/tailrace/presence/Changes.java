package io.tailrace.presence;

import java.util.List;

/**
 * What a watch reports at once.
 *
 * @param number one more than that of the report before
 * @param joined users who were not here when it last reported
 * @param updated users who are here otherwise than it last reported
 * @param left users who are here no more
 * @param count users who are here, listed or not
 */
public record Changes(long number, List<Member> joined, List<Member> updated, List<Roster.Gone> left, int count) {

    public Changes {
        joined = List.copyOf(joined);
        updated = List.copyOf(updated);
        left = List.copyOf(left);
    }

    boolean isEmpty() {
        return joined.isEmpty() && updated.isEmpty() && left.isEmpty();
    }
}
