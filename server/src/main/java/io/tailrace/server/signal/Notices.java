package io.tailrace.server.signal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other about the moment: version, what it is, and for a notice its priority, order (8), and key,
 * event, data and what follows it, each behind its length (4; -1: absent). Big endian. What is not understood is dropped,
 * so that a cluster may be upgraded node by node.
 */
final class Notices {

    private static final byte VERSION = 1;
    private static final byte NOTICE = 1;
    private static final byte MEMBERS_CHANGED = 2;
    private static final int HEADER = 3 + Long.BYTES + 4 * Integer.BYTES;

    private Notices() {}

    /** A message. */
    sealed interface Message {

        /** Something to be told. */
        record Told(Notice notice) implements Message {}

        /** The channel's member list is another one. */
        record MembersChanged() implements Message {}
    }

    static byte[] membersChanged() {
        return new byte[] {VERSION, MEMBERS_CHANGED};
    }

    static byte[] encode(Notice notice) {
        byte[] key = notice.key() == null ? null : bytes(notice.key());
        byte[] event = bytes(notice.event());
        var out = ByteBuffer.allocate(
                        HEADER + length(key) + event.length + notice.json().length + length(notice.expired()))
                .put(VERSION)
                .put(NOTICE)
                .put((byte) notice.priority().ordinal())
                .putLong(notice.order());
        put(out, key);
        put(out, event);
        put(out, notice.json());
        put(out, notice.expired());
        return out.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static void put(ByteBuffer out, byte @Nullable [] bytes) {
        if (bytes == null) {
            out.putInt(-1);
        } else {
            out.putInt(bytes.length).put(bytes);
        }
    }

    /** Empty for what is not understood. */
    static Optional<Message> decode(byte[] message) {
        try {
            var in = ByteBuffer.wrap(message);
            if (in.get() != VERSION) {
                return Optional.empty();
            }
            return switch (in.get()) {
                case MEMBERS_CHANGED -> Optional.of(new Message.MembersChanged());
                case NOTICE -> notice(in).map(Message.Told::new);
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException cutOff) {
            return Optional.empty();
        }
    }

    private static Optional<Notice> notice(ByteBuffer in) {
        int priority = in.get();
        long order = in.getLong();
        byte[] key = next(in);
        byte[] event = next(in);
        byte[] json = next(in);
        byte[] expired = next(in);
        if (priority < 0 || priority >= Priority.values().length || event == null || json == null) {
            return Optional.empty();
        }
        return Optional.of(new Notice(
                Priority.values()[priority], key == null ? null : text(key), order, text(event), json, expired));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] next(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
