package io.tailrace.server.cursors;

import io.tailrace.server.http.Duplex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket frames (RFC 6455, section 5) of one connection, without extensions: what comes as messages, and what goes as
 * bytes. Used by the thread that reads; encoding is for any.
 */
final class Frames {

    /** Bytes of the longest message: a token may be long. */
    static final int MAX_MESSAGE = 8_192;

    private static final int MAX_CONTROL = 125;
    private static final int MAX_REASON = 123;
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Duplex connection;
    private byte[] bytes = {};
    private int from;
    private byte @Nullable [] begun;

    Frames(Duplex connection) {
        this.connection = connection;
    }

    /** What a client sent. */
    sealed interface Incoming {
        record Text(String text) implements Incoming {}

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Ping(byte[] payload) implements Incoming {}

        record Pong() implements Incoming {}

        record Close() implements Incoming {}
    }

    /**
     * The next message; null at the end of the connection.
     *
     * @param millis the longest wait for bytes
     * @throws java.net.SocketTimeoutException when not enough came in that time; what came is kept
     * @throws Violation when it is none
     */
    @Nullable
    Incoming next(int millis) throws IOException, Violation {
        while (true) {
            var frame = frame();
            if (frame != null) {
                var message = message(frame);
                if (message != null) {
                    return message;
                }
                continue;
            }
            byte[] more = connection.read(millis);
            if (more == null) {
                return null;
            }
            var all = Arrays.copyOf(Arrays.copyOfRange(bytes, from, bytes.length), bytes.length - from + more.length);
            System.arraycopy(more, 0, all, bytes.length - from, more.length);
            bytes = all;
            from = 0;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(boolean last, int opcode, byte[] payload) {}

    /** The frame that has come whole; null: there is more to come. */
    private @Nullable Frame frame() throws Violation {
        var in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        if (in.remaining() < 2) {
            return null;
        }
        int first = in.get() & 0xff;
        int second = in.get() & 0xff;
        int opcode = first & 0xf;
        boolean control = opcode >= CLOSE;
        if ((first & RESERVED) != 0 || (second & MASKED) == 0) {
            throw new Violation(CloseCode.PROTOCOL);
        }
        int extended = second & 0x7f;
        if (control && (extended > MAX_CONTROL || (first & FIN) == 0)) {
            throw new Violation(CloseCode.PROTOCOL);
        }
        int more = extended == 126 ? Short.BYTES : extended == 127 ? Long.BYTES : 0;
        if (in.remaining() < more + Integer.BYTES) {
            return null;
        }
        long length = more == 0 ? extended : more == Short.BYTES ? in.getShort() & 0xffff : in.getLong();
        if (length < 0 || length > MAX_MESSAGE) {
            throw new Violation(CloseCode.TOO_BIG);
        }
        byte[] mask = new byte[Integer.BYTES];
        in.get(mask);
        if (in.remaining() < length) {
            return null;
        }
        byte[] payload = new byte[(int) length];
        in.get(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % Integer.BYTES];
        }
        from = in.position();
        return new Frame((first & FIN) != 0, opcode, payload);
    }

    /** What a frame completes; null: a message goes on. */
    private @Nullable Incoming message(Frame frame) throws Violation {
        return switch (frame.opcode) {
            case PING -> new Incoming.Ping(frame.payload);
            case PONG -> new Incoming.Pong();
            case CLOSE -> new Incoming.Close();
            case BINARY -> throw new Violation(CloseCode.BINARY);
            case TEXT -> {
                if (begun != null) {
                    throw new Violation(CloseCode.PROTOCOL);
                }
                yield part(frame, frame.payload);
            }
            case CONTINUATION -> {
                if (begun == null) {
                    throw new Violation(CloseCode.PROTOCOL);
                }
                byte[] all = Arrays.copyOf(begun, begun.length + frame.payload.length);
                System.arraycopy(frame.payload, 0, all, begun.length, frame.payload.length);
                yield part(frame, all);
            }
            default -> throw new Violation(CloseCode.PROTOCOL);
        };
    }

    private @Nullable Incoming part(Frame frame, byte[] all) throws Violation {
        if (all.length > MAX_MESSAGE) {
            throw new Violation(CloseCode.TOO_BIG);
        }
        begun = frame.last ? null : all;
        return frame.last ? new Incoming.Text(utf8(all)) : null;
    }

    private static String utf8(byte[] text) throws Violation {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Violation(CloseCode.NOT_UTF_8);
        }
    }

    static byte[] text(byte[] utf8) {
        return encoded(TEXT, utf8);
    }

    static byte[] ping() {
        return encoded(PING, new byte[0]);
    }

    static byte[] pong(byte[] payload) {
        return encoded(PONG, payload);
    }

    static byte[] close(CloseCode code) {
        byte[] reason = code.label().getBytes(StandardCharsets.US_ASCII);
        return encoded(
                CLOSE,
                ByteBuffer.allocate(Short.BYTES + Math.min(reason.length, MAX_REASON))
                        .putShort((short) code.code())
                        .put(reason, 0, Math.min(reason.length, MAX_REASON))
                        .array());
    }

    private static byte[] encoded(int opcode, byte[] payload) {
        int length = payload.length;
        int more = length <= MAX_CONTROL ? 0 : length <= 0xffff ? Short.BYTES : Long.BYTES;
        var out = ByteBuffer.allocate(2 + more + length).put((byte) (FIN | opcode));
        if (more == 0) {
            out.put((byte) length);
        } else if (more == Short.BYTES) {
            out.put((byte) 126).putShort((short) length);
        } else {
            out.put((byte) 127).putLong(length);
        }
        return out.put(payload).array();
    }
}
