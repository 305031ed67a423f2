package io.tailrace.log;

import io.tailrace.wire.ChannelId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Channels as things that are made, looked at and deleted, which the {@link Audit} keeps. Blocks on the database; throws {@link LogUnavailable} when
 * it cannot be asked.
 */
public interface Channels {

    /** Members that one {@link #describe} tells at most, in the order of their names. */
    int MAX_MEMBERS = 1_000;

    /** A user and its role. */
    record Member(String user, Role role) {}

    /**
     * A channel that exists.
     *
     * @param head the ends of its log
     * @param since when it was made, or made again after a deletion
     * @param members at most {@value #MAX_MEMBERS}
     */
    record Description(Head head, Instant since, List<Member> members) {

        public Description {
            members = List.copyOf(members);
        }
    }

    /** The channel, or empty when it never was or was deleted. */
    Optional<Description> describe(ChannelId channel);

    /** Makes the channel; one that was deleted goes on after its head. Returns whether it did not exist. */
    boolean create(ChannelId channel, Audit.By by);

    /**
     * Deletes the channel: its events, keyed state and members are gone at once, its head and its denials stay.
     *
     * @return the tenant's access epoch after it, since members lost their rights; empty when there was no channel
     */
    Optional<Long> delete(ChannelId channel, Audit.By by);
}
