package io.tailrace.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When "types" was last said, so that it is not said at every key. Used on the loop. */
final class Typing {

    /** How often it is said again, in milliseconds; the server ends it after five seconds. */
    static final long EVERY = 3_000;

    /** Channels that are remembered. */
    static final int MAX_CHANNELS = 500;

    private final Loop loop;
    private final Map<String, Said> said = new LinkedHashMap<>();

    /** Nobody types at two places of a channel at once, so one is enough. */
    private record Said(@Nullable String resource, long at) {}

    Typing(Loop loop) {
        this.loop = loop;
    }

    /** Whether to say it now; then it counts as said. */
    boolean due(String channel, @Nullable String resource) {
        long now = loop.ticks();
        var last = said.get(channel);
        if (last != null && java.util.Objects.equals(last.resource(), resource) && now - last.at() < EVERY) {
            return false;
        }
        said.remove(channel);
        said.put(channel, new Said(resource, now));
        if (said.size() > MAX_CHANNELS) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }

    /** Whether to say that it has ended. */
    boolean ended(String channel, @Nullable String resource) {
        var last = said.get(channel);
        return last != null && java.util.Objects.equals(last.resource(), resource) && said.remove(channel, last);
    }
}
