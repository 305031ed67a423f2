package io.tailrace.client.queue;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Keeps writes until the server has them. A client calls it from one thread, one call at a time, and never from the
 * thread that serves connections, so it may take the time that a disk takes.
 *
 * <p>What {@link #append} has returned for must be there after a crash. What {@link #remove} has returned for may come
 * back after one: the server knows the write by its key, and does not apply it again.
 */
public interface QueueStore extends Closeable {

    /**
     * What waits, oldest first. Called once, before anything else.
     *
     * @return the writes in the order in which they were appended
     * @throws IOException when they cannot be read
     */
    List<QueuedWrite> load() throws IOException;

    /**
     * Adds writes behind all others.
     *
     * @param writes in order; none of their keys is in the queue
     * @throws QueueFullException when they do not fit; none of them is kept
     * @throws IOException when they cannot be kept; none of them counts as kept, though a crash may leave some
     */
    void append(List<QueuedWrite> writes) throws IOException;

    /**
     * Forgets writes that are settled.
     *
     * @param idempotencyKeys of them; those that are not in the queue are ignored
     * @throws IOException when that cannot be noted; they will come back
     */
    void remove(Collection<String> idempotencyKeys) throws IOException;

    /**
     * Forgets everything, at a sign-out. After it nothing of what was kept can be read any more.
     *
     * @throws IOException when that failed
     */
    void clear() throws IOException;

    /** Lets go of what it holds. Idempotent. */
    @Override
    void close() throws IOException;
}
