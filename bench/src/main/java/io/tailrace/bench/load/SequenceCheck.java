package io.tailrace.bench.load;

import java.util.Arrays;

/** What one reader has seen of its channels, which must be 1, 2, 3 … each. Used by one thread. */
final class SequenceCheck {

    /** What a number is to the one before it. */
    enum Verdict {
        NEXT,
        /** Seen before. */
        REPEAT,
        /** Something before it was not seen. */
        GAP,
        /** Not of a channel that this reader follows. */
        STRANGER
    }

    private static final long UNKNOWN = -1;

    private final int first;
    private final long[] seen;

    /**
     * Of the channels numbered {@code first} and on, whose positions are not known yet.
     *
     * @param count how many
     */
    SequenceCheck(int first, int count) {
        this.first = first;
        this.seen = new long[count];
        Arrays.fill(seen, UNKNOWN);
    }

    /** All channels start after {@code seq}. */
    void startAfter(long seq) {
        Arrays.fill(seen, seq);
    }

    /** The last number of the first channel; -1 when none is known. */
    long last() {
        return seen[0];
    }

    /** Takes the next number of a channel. */
    Verdict accept(int channel, long seq) {
        int index = channel - first;
        if (index < 0 || index >= seen.length) {
            return Verdict.STRANGER;
        }
        long before = seen[index];
        if (before == UNKNOWN || seq == before + 1) {
            seen[index] = seq;
            return Verdict.NEXT;
        }
        if (seq <= before) {
            return Verdict.REPEAT;
        }
        seen[index] = seq;
        return Verdict.GAP;
    }
}
