package io.tailrace.server.hub;

import io.tailrace.wire.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One durable event as every stream of this node sends it: encoded once, shared, never changed. The block is a whole one of
 * {@code text/event-stream}: first the {@code id:} line for streams of this one channel, then what all streams send.
 *
 * @param seq its number in the channel
 * @param at when it was committed, Unix milliseconds by the database's clock
 * @param block UTF-8: {@code id: …\n}, {@code data: …\n} and an empty line
 * @param dataFrom where the data line begins
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, and frames are never compared
public record Frame(long seq, long at, byte[] block, int dataFrom) {

    private static final int OVERHEAD = 56;
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {'\n', '\n'};

    /**
     * Encodes an event.
     *
     * @param epoch the log's, in which {@code seq} was given
     * @param json the event as UTF-8 JSON without line breaks
     */
    public static Frame of(int epoch, long seq, long at, byte[] json) {
        byte[] id = ("id: " + new Position.Seq(epoch, seq).text() + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] block = Arrays.copyOf(id, id.length + DATA.length + json.length + END.length);
        System.arraycopy(DATA, 0, block, id.length, DATA.length);
        System.arraycopy(json, 0, block, id.length + DATA.length, json.length);
        System.arraycopy(END, 0, block, block.length - END.length, END.length);
        return new Frame(seq, at, block, id.length);
    }

    /** The position after it, in streams of this one channel. */
    public String id() {
        return new String(block, ID.length, dataFrom - ID.length - 1, StandardCharsets.US_ASCII);
    }

    /** The event as JSON: a copy. */
    public byte[] json() {
        return Arrays.copyOfRange(block, dataFrom + DATA.length, block.length - END.length);
    }

    /** Bytes that it costs to keep. */
    public int weight() {
        return block.length + OVERHEAD;
    }
}
