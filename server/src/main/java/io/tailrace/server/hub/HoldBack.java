package io.tailrace.server.hub;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames that came before their turn, bounded by bytes and count. When full, the highest give way: they are in the log.
 * Used under the hub's lock.
 */
final class HoldBack {

    private final int maxBytes;
    private final int maxFrames;
    private final TreeMap<Long, Held> frames = new TreeMap<>();
    private long bytes;

    HoldBack(int maxBytes, int maxFrames) {
        this.maxBytes = maxBytes;
        this.maxFrames = maxFrames;
    }

    /** Keeps a frame, once; returns how many were let go for want of room. */
    int keep(Held held) {
        if (frames.putIfAbsent(held.seq(), held) != null) {
            return 0;
        }
        bytes += held.frame().weight();
        int dropped = 0;
        while (frames.size() > maxFrames || bytes > maxBytes) {
            var highest = frames.pollLastEntry();
            bytes -= highest.getValue().frame().weight();
            dropped++;
        }
        return dropped;
    }

    @Nullable
    Held get(long seq) {
        return frames.isEmpty() ? null : frames.get(seq);
    }

    /** Forgets frames up to {@code seq}. */
    void dropUpTo(long seq) {
        while (!frames.isEmpty() && frames.firstKey() <= seq) {
            bytes -= frames.pollFirstEntry().getValue().frame().weight();
        }
    }

    /** Forgets frames above {@code seq}. */
    void dropAbove(long seq) {
        while (!frames.isEmpty() && frames.lastKey() > seq) {
            bytes -= frames.pollLastEntry().getValue().frame().weight();
        }
    }

    void clear() {
        frames.clear();
        bytes = 0;
    }

    int size() {
        return frames.size();
    }

    long bytes() {
        return bytes;
    }
}
