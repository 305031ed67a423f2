package io.tailrace.presence;

import java.util.List;

/**
 * The member list as a watch has reported it.
 *
 * @param number the last report that it includes
 * @param members those who are listed, in the order in which they came
 * @param count all who are here
 */
public record Listed(long number, List<Member> members, int count) {

    public Listed {
        members = List.copyOf(members);
    }
}
