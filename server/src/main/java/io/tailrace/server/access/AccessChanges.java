package io.tailrace.server.access;

/**
 * How far this node has applied the access changes of each tenant (guarantee 6). An event carries the tenant's access
 * epoch as of its append and may be delivered once {@link #applied} has reached it: by then every stream that lost its
 * right has been told.
 */
public interface AccessChanges {

    /** The access epoch of {@code tenant} up to which every listener has rechecked; never blocks. */
    long applied(String tenant);

    /**
     * Asks for {@code epoch} to be applied, soon and off this thread; {@code then} runs on any thread once it is. Never
     * blocks; runs {@code then} at once when it already is.
     */
    void require(String tenant, long epoch, Runnable then);

    /**
     * Whether every listener's rights are known as of less than {@link AccessWatch#FRESH} ago. What is of the moment is
     * taken and handed on only while this is so: it carries no epoch, and a node that slept, or cannot ask the database,
     * has missed what it does not know of. Becomes true soon after somebody listens; never blocks.
     */
    boolean fresh(String tenant);

    /**
     * Calls {@code listener} at every change of the tenant's access, until the returned handle is closed. A listener
     * rechecks its rights before it returns; it may block on the database.
     */
    AutoCloseable listen(String tenant, Runnable listener);
}
