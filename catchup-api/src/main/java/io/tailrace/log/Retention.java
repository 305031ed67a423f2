package io.tailrace.log;

/**
 * Removes what contracts no longer keep, in small transactions. Blocks on the database; throws {@link LogUnavailable}
 * when it cannot be asked. One sweep at a time, from any thread.
 */
public interface Retention {

    /** What a sweep removed. */
    record Swept(long events, long idempotencyKeys, long revocations) {

        /** Nothing. */
        public static final Swept NOTHING = new Swept(0, 0, 0);
    }

    /**
     * Sweeps unless some node did within the interval that this was made with: trims channels to the age and count of
     * their contracts, empties deleted ones, forgets idempotency keys past their lifetime and revocations of tokens
     * that have expired anyway.
     */
    Swept sweep();
}
