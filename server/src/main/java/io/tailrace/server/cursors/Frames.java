package io.tailrace.server.cursors;

import io.tailrace.server.http.Duplex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    /** What came and is not a whole frame yet; its room doubles, so that bytes that come one by one are not all copied by each. */
    private ByteBuffer in = ByteBuffer.allocate(0);

    private @Nullable ByteArrayOutputStream begun;

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

        /** Something came, and no message is whole by it: who reads looks at its clock, however slowly one comes. */
        record Part() implements Incoming {}
    }

    /**
     * The next that was sent, after one wait at most; null at the end of the connection.
     *
     * @param millis the longest wait for bytes
     * @throws java.net.SocketTimeoutException when nothing came in that time; what came before is kept
     * @throws Violation when it is no message
     */
    @Nullable
    Incoming next(int millis) throws IOException, Violation {
        var frame = frame();
        if (frame == null) {
            byte[] more = connection.read(millis);
            if (more == null) {
                return null;
            }
            keep(more);
            frame = frame();
        }
        return frame == null ? new Incoming.Part() : message(frame);
    }

    private void keep(byte[] more) {
        int end = in.limit();
        if (in.capacity() - end < more.length) {
            int room = Math.max(2 * in.remaining(), in.remaining() + more.length);
            in = ByteBuffer.allocate(room).put(in).flip();
            end = in.limit();
        }
        in.limit(end + more.length).put(end, more);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(boolean last, int opcode, byte[] payload) {}

    /** The frame that has come whole; null: there is more to come. */
    private @Nullable Frame frame() throws Violation {
        var ahead = in.duplicate();
        if (ahead.remaining() < 2) {
            return null;
        }
        int first = ahead.get() & 0xff;
        int second = ahead.get() & 0xff;
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
        if (ahead.remaining() < more + Integer.BYTES) {
            return null;
        }
        long length = more == 0 ? extended : more == Short.BYTES ? ahead.getShort() & 0xffff : ahead.getLong();
        if (length < 0 || length > MAX_MESSAGE) {
            throw new Violation(CloseCode.TOO_BIG);
        }
        byte[] mask = new byte[Integer.BYTES];
        ahead.get(mask);
        if (ahead.remaining() < length) {
            return null;
        }
        byte[] payload = new byte[(int) length];
        ahead.get(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % Integer.BYTES];
        }
        in.position(ahead.position());
        return new Frame((first & FIN) != 0, opcode, payload);
    }

    private Incoming message(Frame frame) throws Violation {
        return switch (frame.opcode) {
            case PING -> new Incoming.Ping(frame.payload);
            case PONG -> new Incoming.Pong();
            case CLOSE -> new Incoming.Close();
            case BINARY -> throw new Violation(CloseCode.BINARY);
            case TEXT -> {
                if (begun != null) {
                    throw new Violation(CloseCode.PROTOCOL);
                }
                yield part(frame, new ByteArrayOutputStream(frame.payload.length));
            }
            case CONTINUATION -> {
                if (begun == null) {
                    throw new Violation(CloseCode.PROTOCOL);
                }
                yield part(frame, begun);
            }
            default -> throw new Violation(CloseCode.PROTOCOL);
        };
    }

    private Incoming part(Frame frame, ByteArrayOutputStream message) throws Violation {
        if (message.size() + frame.payload.length > MAX_MESSAGE) {
            throw new Violation(CloseCode.TOO_BIG);
        }
        message.writeBytes(frame.payload);
        begun = frame.last ? null : message;
        return frame.last ? new Incoming.Text(utf8(message.toByteArray())) : new Incoming.Part();
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
