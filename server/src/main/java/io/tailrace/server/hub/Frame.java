package io.tailrace.server.hub;

/**
 * One durable event as every stream of this node sends it: encoded once, shared, never changed.
 *
 * @param seq its number in the channel
 * @param at when it was committed, Unix milliseconds by the database's clock
 * @param json the event as UTF-8 JSON without line breaks: what stands behind {@code data: }
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, and frames are never compared
public record Frame(long seq, long at, byte[] json) {

    private static final int OVERHEAD = 48;

    /** Bytes that it costs to keep. */
    public int weight() {
        return json.length + OVERHEAD;
    }
}
