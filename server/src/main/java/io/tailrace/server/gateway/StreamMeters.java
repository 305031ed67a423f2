package io.tailrace.server.gateway;

import java.util.Map;
import java.util.function.IntSupplier;

/** What streams tell about themselves. Any thread; must not block. */
public interface StreamMeters {

    /** Counts nothing. */
    StreamMeters NONE = new StreamMeters() {};

    /** Called once: how many streams are open. Alert near {@link GatewayOptions#maxStreams}. */
    default void active(IntSupplier streams) {}

    /** Called once: how many streams are compressed. At {@link GatewayOptions#compressed} further ones are sent as they are. */
    default void compressed(IntSupplier streams) {}

    /** A stream was opened. Alert on bursts: clients that cannot stay connected. */
    default void opened() {}

    /**
     * A stream ended. Alert on {@code stalled} beyond a few in a thousand, and on any {@code fault}; {@code put-off}
     * means that clients are waiting outside.
     */
    default void ended(EndCause cause) {}

    /**
     * A client was turned away because its version is no longer served. Alert when it lasts: users sit before pages that do
     * not reload.
     *
     * @param client its name, one of those that are configured
     */
    default void notServed(String client) {}

    /** Bytes were handed to connections. */
    default void sent(int bytes) {}

    /**
     * An event was handed to a connection.
     *
     * @param sinceCommitMillis by the clocks of database and node; alert when its 99th percentile exceeds a second
     */
    default void delivered(long sinceCommitMillis) {}

    /** Events were read again from the log for a stream that was behind. */
    default void replayed(int events) {}

    /** A stream was told {@code snapshot.required} for a channel. Alert on a rise: readers come back too late. */
    default void resynced() {}

    /**
     * Frames that are no events were left out for a stream that was slow, by class. Alert on a rise: readers are too slow,
     * or channels too lively.
     */
    default void dropped(Map<String, Long> byClass) {}

    /** Checkpoints were saved in one statement. */
    default void checkpointed(int rows) {}

    /** A save of checkpoints failed; streams of many channels make no progress while it does. Alert when it lasts. */
    default void checkpointFailed(int rows) {}
}
