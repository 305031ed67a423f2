package io.tailrace.server.signal;

import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.ChannelName;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Rights to what is of the moment, remembered for {@link #KEPT}: clients signal often, and what is of the moment may go on
 * for five seconds after a right is gone (guarantee 6). Refusals are not remembered. Any thread.
 */
public final class BriefRights {

    /** How long a right is taken to stay. */
    static final Duration KEPT = Duration.ofSeconds(3);

    /** Rights that are remembered at most; past it all are forgotten. */
    static final int MAX_KEPT = 20_000;

    private record Key(Identity identity, ChannelName channel, Capability capability) {}

    private final Access access;
    private final LongSupplier nanos;
    private final ConcurrentMap<Key, Long> since = new ConcurrentHashMap<>();

    public BriefRights(Access access, LongSupplier nanos) {
        this.access = access;
        this.nanos = nanos;
    }

    /**
     * As {@link Access#require}, which is asked when the answer is not remembered.
     *
     * @throws io.tailrace.wire.Refusal 403 when there is no right
     */
    public void require(Identity identity, ChannelName channel, Capability capability) {
        var key = new Key(identity, channel, capability);
        long now = nanos.getAsLong();
        var known = since.get(key);
        if (known != null && now - known < KEPT.toNanos()) {
            return;
        }
        access.require(identity, channel, capability);
        if (since.size() >= MAX_KEPT) {
            since.clear();
        }
        since.put(key, now);
    }
}
