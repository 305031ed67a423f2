package io.tailrace.redis;

/** Redis cannot be asked at the moment, or did not answer in time. Whether it did what it was asked is not known. */
public final class RedisAway extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RedisAway(Throwable cause) {
        super("Redis does not answer", cause);
    }
}
