package io.tailrace.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a stream stands: the {@code id} of a frame and what comes back as {@code Last-Event-ID}. Opaque to clients, at
 * most {@value #MAX_LENGTH} characters of {@code [A-Za-z0-9._~-]}, never empty. Three forms; see design section 4.
 */
public sealed interface Position {

    /** Characters in the longest position: longer ones make a cross-origin reconnect need a preflight. */
    int MAX_LENGTH = 128;

    /** The form that goes over the wire. */
    String text();

    /**
     * Reads what a client sent back.
     *
     * @return empty when it is none of ours: the client is then told {@code snapshot.required}
     */
    static Optional<Position> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return switch (text.charAt(0)) {
            case 'v' -> Vector.parse(text);
            case 'k' -> Checkpoint.parse(text);
            default -> Seq.parse(text);
        };
    }

    /**
     * Form 1, of a stream of one channel; exact. A bare {@code seq} in the first epoch, {@code epoch~seq} later.
     *
     * @param epoch the log's epoch, from 1
     * @param seq the last applied event, 0 for none
     */
    record Seq(int epoch, long seq) implements Position {

        private static final Pattern FORM = Pattern.compile("(?:([1-9][0-9]{0,8})~)?(0|[1-9][0-9]{0,17})");

        @Override
        public String text() {
            return epoch == 1 ? Long.toString(seq) : epoch + "~" + seq;
        }

        static Optional<Position> parse(String text) {
            var match = FORM.matcher(text);
            if (!match.matches()) {
                return Optional.empty();
            }
            int epoch = match.group(1) == null ? 1 : Integer.parseInt(match.group(1));
            var seq = new Seq(epoch, Long.parseLong(match.group(2)));
            return seq.text().equals(text) ? Optional.of(seq) : Optional.empty(); // 1~42 is not how 42 is spelled
        }
    }

    /**
     * Form 2, of a stream of as many channels as fit; exact. {@code v.} and base64url of the hash of list and epoch
     * (4 bytes), then one varint per channel in the order of the sorted list.
     *
     * @param list hash of channel list and epoch: {@link #hash}
     * @param seqs the last applied event of each channel, 0 for none
     */
    record Vector(int list, List<Long> seqs) implements Position {

        /** @throws IllegalArgumentException when a seq is negative */
        public Vector {
            seqs = List.copyOf(seqs);
            if (seqs.stream().anyMatch(seq -> seq < 0)) {
                throw new IllegalArgumentException("a seq is at least 0");
            }
        }

        @Override
        public String text() {
            var bytes = new ByteArrayOutputStream(64);
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(list).array());
            for (long seq : seqs) {
                writeVarint(bytes, seq);
            }
            return "v." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
        }

        /** Whether {@link #text()} keeps to {@link #MAX_LENGTH}; otherwise the stream needs checkpoints. */
        public boolean fits() {
            return text().length() <= MAX_LENGTH;
        }

        /**
         * What binds a vector to its stream: the first four bytes of SHA-256 over the epoch and the sorted names. A
         * vector of another list or epoch is thereby none of ours.
         */
        public static int hash(int epoch, List<ChannelName> sorted) {
            try {
                var sha = MessageDigest.getInstance("SHA-256");
                sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, epoch));
                for (ChannelName name : sorted) {
                    sha.update(name.value().getBytes(StandardCharsets.US_ASCII));
                    sha.update((byte) 0);
                }
                return ByteBuffer.wrap(sha.digest()).getInt();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        static Optional<Position> parse(String text) {
            if (!text.startsWith("v.")) {
                return Optional.empty();
            }
            try {
                var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(2)));
                if (bytes.remaining() < Integer.BYTES) {
                    return Optional.empty();
                }
                int list = bytes.getInt();
                long[] seqs = new long[bytes.remaining()];
                int count = 0;
                while (bytes.hasRemaining()) {
                    long seq = readVarint(bytes);
                    if (seq < 0) {
                        return Optional.empty();
                    }
                    seqs[count++] = seq;
                }
                var vector =
                        new Vector(list, Arrays.stream(seqs, 0, count).boxed().toList());
                // Base64 and varints have more than one spelling: padding, idle bits and bytes. Ours has one.
                return vector.text().equals(text) ? Optional.of(vector) : Optional.empty();
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
        }

        private static void writeVarint(ByteArrayOutputStream out, long value) {
            long rest = value;
            while (rest > 0x7f) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        /** The next varint, or -1 when it is cut off or longer than 63 bits. */
        private static long readVarint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; shift < 63; shift += 7) {
                if (!in.hasRemaining()) {
                    return -1;
                }
                byte b = in.get();
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            return -1;
        }
    }

    /**
     * Form 3, of a stream of any number of channels: {@code k.} and a random id under which list and vector are kept.
     *
     * @param id 96 random bits as 16 characters of base64url
     */
    record Checkpoint(String id) implements Position {

        private static final Pattern FORM = Pattern.compile("k\\.([A-Za-z0-9_-]{16})");

        @Override
        public String text() {
            return "k." + id;
        }

        static Optional<Position> parse(String text) {
            var match = FORM.matcher(text);
            return match.matches() ? Optional.of(new Checkpoint(match.group(1))) : Optional.empty();
        }
    }
}
