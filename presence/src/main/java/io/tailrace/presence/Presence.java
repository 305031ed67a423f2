package io.tailrace.presence;

import io.tailrace.wire.ChannelId;

/**
 * Leases of devices in channels. A lease lasts {@link PresenceOptions#ttl} from the last beat; when it lapses the device
 * counts as away, and after as long again it has left. The clock is the store's. Any thread; every method blocks on the
 * store and throws {@link PresenceUnavailable} when it cannot be asked.
 */
public interface Presence extends AutoCloseable {

    /** Users that one {@link #look} shows at most. */
    int MAX_PAGE = 1_000;

    /** Leases that one call ends at most; the next goes on. */
    int MAX_SWEPT = 256;

    /**
     * A device says that it is here, for the first time or again.
     *
     * @return whether others have to be told
     */
    boolean join(ChannelId channel, Attendance attendance);

    /**
     * Extends a lease, with what was said before.
     *
     * @return false when there is none
     */
    boolean renew(ChannelId channel, String user, String device);

    /**
     * A device leaves.
     *
     * @return whether others have to be told
     */
    boolean leave(ChannelId channel, String user, String device);

    /** Ends leases that are due, and shows who changed since {@code since}, in the order of their last changes. */
    Roster look(ChannelId channel, Roster.Mark since);

    @Override
    void close();
}
