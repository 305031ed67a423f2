package io.tailrace.server.access;

import io.tailrace.wire.ChannelName;
import java.util.Set;

/**
 * A right that a token carries.
 *
 * @param pattern a channel name, or the beginning of one followed by {@code *}; {@code *} alone is every channel
 * @param can what it allows
 */
public record Grant(String pattern, Set<Capability> can) {

    public Grant {
        can = Set.copyOf(can);
    }

    /** Whether it allows {@code capability} on {@code channel}. */
    public boolean allows(ChannelName channel, Capability capability) {
        return can.contains(capability) && matches(channel.value());
    }

    /** Whether it allows {@code capability} on every channel whose name begins with {@code prefix}. */
    boolean allowsAll(String prefix, Capability capability) {
        return can.contains(capability)
                && pattern.endsWith("*")
                && prefix.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private boolean matches(String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
