package io.tailrace.server.limit;

/** What limits count. Called from any thread: must be quick. */
public interface LimitMeters {

    /** Counts nothing. */
    LimitMeters NONE = new LimitMeters() {};

    /**
     * Somebody was refused.
     *
     * @param limit as {@code RateLimit} names it
     */
    default void refused(String limit) {}

    /** So many users, tenants and channels were told to the other nodes. */
    default void told(int accounts) {}

    /**
     * Whether limits hold for all nodes together from now on, or on each. Alert when they hold on each for a minute: so many
     * nodes, so many times the limit.
     */
    default void shared(boolean now) {}
}
