package io.tailrace.field.network;

import java.nio.charset.StandardCharsets;

/**
 * Where, in what comes down a connection, the connection is cut.
 *
 * @param marker text to look for; the first occurrence counts; empty: the beginning of the connection
 * @param offset bytes after the marker that still pass
 * @param ending how it ends then
 */
public record Scissors(String marker, long offset, Ending ending) {

    /** How a connection ends. */
    public enum Ending {
        /** As when the other end is gone: RST. */
        RESET,
        /** As a proxy or server ends one that restarts: FIN, in the middle of what was being said. */
        FINISH
    }

    /** What follows one connection. */
    Cursor cursor() {
        return new Cursor(marker.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads along, and knows how much may pass. */
    final class Cursor {

        private final byte[] sought;
        private final int[] borders;
        private int matched;
        private long passed;

        private Cursor(byte[] sought) {
            this.sought = sought;
            this.borders = borders(sought);
        }

        /**
         * How many of the first {@code length} bytes pass before the cut; -1: all of them, and the connection goes
         * on.
         */
        int allow(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                if (matched == sought.length) {
                    if (passed++ == offset) {
                        return i;
                    }
                } else {
                    match(bytes[i]);
                }
            }
            return matched == sought.length && passed == offset ? length : -1;
        }

        private void match(byte next) {
            while (matched > 0 && sought[matched] != next) {
                matched = borders[matched - 1];
            }
            matched += sought[matched] == next ? 1 : 0;
        }
    }

    /** For each prefix, the length of the longest that is also its end (Knuth, Morris and Pratt). */
    private static int[] borders(byte[] sought) {
        int[] borders = new int[sought.length];
        int length = 0;
        for (int i = 1; i < sought.length; i++) {
            while (length > 0 && sought[i] != sought[length]) {
                length = borders[length - 1];
            }
            length += sought[i] == sought[length] ? 1 : 0;
            borders[i] = length;
        }
        return borders;
    }
}
