package io.tailrace.server.bus;

import io.tailrace.server.bus.Announcement.Appended;
import io.tailrace.server.bus.Announcement.HeadMoved;
import io.tailrace.wire.ChannelId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Announcements as bytes: version, kind, epoch (4), seq (8), access epoch (8), and for an event its time (8) and JSON.
 * Big endian. The channel is not in it: the Redis channel names it. A node drops what it does not understand, so that a
 * cluster may be upgraded node by node: the audits cover it.
 */
final class Messages {

    private static final byte VERSION = 1;
    private static final byte APPENDED = 1;
    private static final byte HEAD_MOVED = 2;
    private static final int HEADER = 2 + Integer.BYTES + 2 * Long.BYTES;

    private Messages() {}

    static byte[] encode(Announcement announcement) {
        return switch (announcement) {
            case Appended appended ->
                header(appended, APPENDED, Long.BYTES + appended.json().length)
                        .putLong(appended.at())
                        .put(appended.json())
                        .array();
            case HeadMoved moved -> header(moved, HEAD_MOVED, 0).array();
        };
    }

    private static ByteBuffer header(Announcement announcement, byte kind, int more) {
        return ByteBuffer.allocate(HEADER + more)
                .put(VERSION)
                .put(kind)
                .putInt(announcement.epoch())
                .putLong(announcement.seq())
                .putLong(announcement.accessEpoch());
    }

    /** The announcement, or empty when the bytes are none that this version knows. */
    static Optional<Announcement> decode(ChannelId channel, byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        try {
            if (in.get() != VERSION) {
                return Optional.empty();
            }
            byte kind = in.get();
            int epoch = in.getInt();
            long seq = in.getLong();
            long accessEpoch = in.getLong();
            return switch (kind) {
                case APPENDED -> {
                    long at = in.getLong();
                    var json = new byte[in.remaining()];
                    in.get(json);
                    yield Optional.of(new Appended(channel, epoch, seq, accessEpoch, at, json));
                }
                case HEAD_MOVED -> Optional.of(new HeadMoved(channel, epoch, seq, accessEpoch));
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException cutOff) {
            return Optional.empty();
        }
    }
}
