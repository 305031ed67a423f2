package io.tailrace.log;

/**
 * The log's epoch: raised whenever history may have been undone, so that positions of before are recognised. It starts
 * at 1 and only grows, also across restores of one and the same backup; never count on it growing by one. Blocks on the
 * database; throws {@link LogUnavailable} when it cannot be asked.
 */
public interface LogEpoch {

    /** The epoch. */
    int current();

    /**
     * Looks where the server's log stands, and raises the epoch when that is not where it stood: another system
     * identifier or timeline, a flush position gone backwards, or an epoch below one that this node has seen. Called at
     * start, before the node serves anyone, and every few seconds after; what it sees is recorded for the next start.
     *
     * @return the epoch
     */
    int observe();

    /** Raises the epoch: for who restored a backup. Returns the new one. */
    int restored();
}
