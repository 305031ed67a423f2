package io.tailrace.server.signal;

import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import org.jspecify.annotations.Nullable;

/** Where cursors go that come as signals. Any thread; never blocks. */
@FunctionalInterface
public interface CursorSink {

    /**
     * Somebody points somewhere; it fades by itself unless it comes again.
     *
     * @param position an object; JSON null: nowhere any more
     */
    void point(ChannelId channel, String user, @Nullable String device, Json position);
}
