package io.tailrace.client.queue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a queue's file: length, checksum, kind, fields. The checksum covers kind and fields; the length is
 * checked by its bounds, and with it by the checksum of what it encloses.
 */
sealed interface LogRecord {

    /** Length and checksum. */
    int HEAD = 8;

    /** The largest body: far above an event's data, so that a length of garbage is told from one that was written. */
    int MAX_BODY = 16 << 20;

    /** A write joined the queue. */
    record Added(QueuedWrite write) implements LogRecord {}

    /** The write of this key left it. */
    record Removed(String idempotencyKey) implements LogRecord {}

    /** The record as bytes, head included. */
    default byte[] encode() {
        var body = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(body)) {
            if (this instanceof Added added) {
                out.writeByte('A');
                writeFields(out, added.write());
            } else if (this instanceof Removed removed) {
                out.writeByte('R');
                writeText(out, removed.idempotencyKey());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEAD + bytes.length)
                .putInt(bytes.length)
                .putInt(checksum(bytes, 0, bytes.length))
                .put(bytes)
                .array();
    }

    /**
     * A body as a record.
     *
     * @param body with its position behind the head and its limit at the end
     * @return null: it is of a kind, or of a form, that this version does not know
     */
    static @Nullable LogRecord decode(ByteBuffer body) {
        try {
            return switch (body.get()) {
                case 'A' ->
                    new Added(new QueuedWrite(
                            present(readText(body)),
                            present(readText(body)),
                            present(readText(body)),
                            present(readText(body)),
                            readText(body),
                            present(readText(body)),
                            readText(body),
                            body.getLong()));
                case 'R' -> new Removed(present(readText(body)));
                default -> null;
            };
        } catch (RuntimeException malformed) {
            return null;
        }
    }

    static int checksum(byte[] bytes, int offset, int length) {
        var crc = new CRC32();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static void writeFields(DataOutputStream out, QueuedWrite write) throws IOException {
        writeText(out, write.idempotencyKey());
        writeText(out, write.channel());
        writeText(out, write.type());
        writeText(out, write.data());
        writeText(out, write.key());
        writeText(out, write.ref());
        writeText(out, write.ifMatch());
        out.writeLong(write.atMillis());
    }

    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static @Nullable String readText(ByteBuffer body) {
        int length = body.getInt();
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > body.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String present(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("a text is missing");
        }
        return text;
    }
}
