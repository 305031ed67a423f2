package io.tailrace.server.gateway;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Compresses a stream of small writes (RFC 1951) in {@link #BYTES} of memory, all of it on the heap: matches within the last
 * {@value #WINDOW} bytes, and the fixed codes. Each {@link #pack} ends on a byte, with the empty stored block that zlib calls
 * a sync flush, so that whoever reads can decompress all of it at once. Used by one thread at a time.
 *
 * <p>The JDK's own takes 256 KiB outside the heap for each stream and lets nobody choose less.
 */
final class Deflate {

    /** Bytes back that a match may lie. */
    static final int WINDOW = 4_096;

    private static final int SEEN_BITS = 10;

    /** Bytes that one holds. */
    static final int BYTES = WINDOW + Short.BYTES * (1 << SEEN_BITS);

    private static final int MOST_STORED = 65_535;
    private static final int STORED_HEAD = 5;
    private static final int SHORTEST = 4;
    private static final int LONGEST = 258;
    private static final int MASK = WINDOW - 1;
    private static final int WRAP = 1 << 20;
    private static final int END_OF_BLOCK = 256;

    /** Literals and the end of a block: code, its first bit lowest, and how many bits it has. */
    private static final int[] CODE = new int[END_OF_BLOCK + 1];

    private static final byte[] CODE_BITS = new byte[END_OF_BLOCK + 1];

    /** Lengths of matches, and their distances, with their extra bits. */
    private static final int[] LENGTH = new int[LONGEST + 1];

    private static final byte[] LENGTH_BITS = new byte[LONGEST + 1];
    private static final int[] DISTANCE = new int[WINDOW + 1];
    private static final byte[] DISTANCE_BITS = new byte[WINDOW + 1];

    static {
        for (int symbol = 0; symbol <= END_OF_BLOCK; symbol++) {
            CODE[symbol] = fixed(symbol);
            CODE_BITS[symbol] = (byte) fixedBits(symbol);
        }
        for (int length = 3, symbol = 257; symbol < 285; symbol++) {
            int extra = symbol < 265 ? 0 : (symbol - 261) / 4;
            for (int more = 0; more < 1 << extra && length < LONGEST; more++, length++) {
                LENGTH[length] = fixed(symbol) | more << fixedBits(symbol);
                LENGTH_BITS[length] = (byte) (fixedBits(symbol) + extra);
            }
        }
        LENGTH[LONGEST] = fixed(285);
        LENGTH_BITS[LONGEST] = (byte) fixedBits(285);
        for (int distance = 1, symbol = 0; distance <= WINDOW; symbol++) {
            int extra = symbol < 4 ? 0 : symbol / 2 - 1;
            for (int more = 0; more < 1 << extra && distance <= WINDOW; more++, distance++) {
                DISTANCE[distance] = reversed(symbol, 5) | more << 5;
                DISTANCE_BITS[distance] = (byte) (5 + extra);
            }
        }
    }

    private final byte[] window = new byte[WINDOW];

    /** Where each hash of four bytes was seen last, modulo 65,536; what is found there is compared, so it may be wrong. */
    private final short[] seen = new short[1 << SEEN_BITS];

    /** Bytes so far, of which those of {@code window} can be matched; goes on from 65,536 after a wrap. */
    private int count;

    // Of the call at hand.
    private byte[] in = {};
    private byte[] out = {};
    private int length;
    private long bits;
    private int bitCount;

    /** The fixed code of a literal or length (section 3.2.6), its first bit lowest. */
    private static int fixed(int symbol) {
        int code = symbol < 144
                ? 0x30 + symbol
                : symbol < 256 ? 0x190 + symbol - 144 : symbol < 280 ? symbol - 256 : 0xc0 + symbol - 280;
        return reversed(code, fixedBits(symbol));
    }

    private static int fixedBits(int symbol) {
        return symbol < 144 || symbol >= 280 ? 8 : symbol < 256 ? 9 : 7;
    }

    private static int reversed(int code, int size) {
        return Integer.reverse(code) >>> Integer.SIZE - size;
    }

    /** The next bytes, compressed; valid until the next call. @param plain is not kept */
    ByteBuffer pack(byte[] plain) {
        in = plain;
        begin(plain.length + plain.length / 8 + 16);
        put(0b010, 3); // not the last block; fixed codes
        for (int at = 0; at < plain.length; ) {
            at += step(at);
        }
        put(CODE[END_OF_BLOCK], CODE_BITS[END_OF_BLOCK]);
        put(0, 3); // an empty stored block: its length is aligned
        align();
        put(0xffff0000L, 32);
        remember();
        return ByteBuffer.wrap(out, 0, length);
    }

    /** The next bytes as they are, in stored blocks; valid until the next call. @param plain is not kept */
    ByteBuffer store(byte[] plain) {
        in = plain;
        begin(plain.length + STORED_HEAD * (1 + plain.length / MOST_STORED));
        for (int from = 0; from < plain.length; from += MOST_STORED) {
            int size = Math.min(MOST_STORED, plain.length - from);
            put(0, 3);
            align();
            put((long) (~size & 0xffff) << 16 | size, 32);
            System.arraycopy(plain, from, out, length, size);
            length += size;
        }
        remember();
        return ByteBuffer.wrap(out, 0, length);
    }

    /** The end: a last block with nothing in it. */
    static ByteBuffer end() {
        return ByteBuffer.wrap(new byte[] {0b011, 0}); // fixed codes, of which the one that ends a block is zeros
    }

    private void begin(int most) {
        out = new byte[most];
        length = 0;
    }

    /** Writes a match or a literal; says how many bytes it stands for. */
    private int step(int at) {
        int candidate = candidate(at);
        int matched = candidate == 0 ? 0 : matched(at, candidate);
        if (matched < SHORTEST) {
            int literal = in[at] & 0xff;
            put(CODE[literal], CODE_BITS[literal]);
            return 1;
        }
        put(LENGTH[matched], LENGTH_BITS[matched]);
        put(DISTANCE[candidate], DISTANCE_BITS[candidate]);
        int end = Math.min(at + matched, in.length - SHORTEST + 1);
        for (int inside = at + 1; inside < end; inside++) {
            seen[hash(inside)] = (short) (count + inside);
        }
        return matched;
    }

    /** How far back the same four bytes may stand; 0: nowhere. Notes where they stand now. */
    private int candidate(int at) {
        if (at + SHORTEST > in.length) {
            return 0;
        }
        int hash = hash(at);
        int distance = count + at - seen[hash] & 0xffff;
        seen[hash] = (short) (count + at);
        return distance <= Math.min(WINDOW, count + at) ? distance : 0;
    }

    private int hash(int at) {
        int four = in[at] & 0xff | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16 | in[at + 3] << 24;
        return four * 0x9e3779b1 >>> Integer.SIZE - SEEN_BITS;
    }

    private int matched(int at, int distance) {
        int most = Math.min(LONGEST, in.length - at);
        int same = 0;
        while (same < most && in[at + same] == back(at + same - distance)) {
            same++;
        }
        return same;
    }

    /** A byte of this call, or, below 0, of those before it. */
    private byte back(int at) {
        return at >= 0 ? in[at] : window[count + at & MASK];
    }

    private void remember() {
        for (int at = Math.max(0, in.length - WINDOW); at < in.length; at++) {
            window[count + at & MASK] = in[at];
        }
        count += in.length;
        if (count > WRAP) {
            count = count & 0xffff | 0x10000; // the same to all that looks at it
        }
        in = new byte[0];
    }

    private void put(long value, int size) {
        bits |= value << bitCount;
        bitCount += size;
        while (bitCount >= Byte.SIZE) {
            byteOut((byte) bits);
            bits >>>= Byte.SIZE;
            bitCount -= Byte.SIZE;
        }
    }

    private void align() {
        if (bitCount > 0) {
            byteOut((byte) bits);
        }
        bits = 0;
        bitCount = 0;
    }

    private void byteOut(byte one) {
        if (length == out.length) {
            out = Arrays.copyOf(out, length * 2);
        }
        out[length++] = one;
    }
}
