package io.tailrace.wire;

import java.util.Comparator;

/**
 * A channel of one tenant. The only way to name a channel below HTTP: storage, the bus and every cache take this, so
 * that a name alone reaches nothing.
 *
 * @param tenant the tenant of the token that asks, never of the path
 * @param name the channel's name within the tenant
 */
public record ChannelId(String tenant, ChannelName name) implements Comparable<ChannelId> {

    private static final Comparator<ChannelId> ORDER =
            Comparator.comparing(ChannelId::tenant).thenComparing(ChannelId::name);

    public static ChannelId of(String tenant, String name) {
        return new ChannelId(tenant, new ChannelName(name));
    }

    /** By tenant, then by name, in code unit order: the order in which channel rows are locked. */
    @Override
    public int compareTo(ChannelId other) {
        return ORDER.compare(this, other);
    }
}
