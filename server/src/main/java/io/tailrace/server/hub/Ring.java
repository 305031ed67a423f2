package io.tailrace.server.hub;

import org.jspecify.annotations.Nullable;

/**
 * Recent frames of one channel, consecutive, bounded by bytes; the oldest give way.
 *
 * <p>Protocol: written under the hub's lock. Readers hold no lock: they see {@link #slots} through a {@link View} that
 * was published after the slots it covers were filled. A slot is filled once, and emptied when its frame gives way;
 * a reader that finds it empty is behind. The array is never reused for other frames: when it is full, what remains
 * moves to a new one.
 */
final class Ring {

    /** Frames that stay whatever they weigh. */
    static final int MIN_FRAMES = 4;

    private static final int MIN_SLOTS = 8;

    private final int maxBytes;
    private @Nullable Frame[] slots = new Frame[MIN_SLOTS];
    private int from;
    private int to;
    private long bytes;

    Ring(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds the frame that follows the last one. */
    void add(Frame frame) {
        if (to == slots.length) {
            move();
        }
        slots[to++] = frame;
        bytes += frame.weight();
        while (bytes > maxBytes && size() > MIN_FRAMES) {
            dropOldest();
        }
    }

    private void dropOldest() {
        Frame oldest = slots[from];
        slots[from++] = null;
        bytes -= oldest == null ? 0 : oldest.weight();
    }

    private void move() {
        int capacity = MIN_SLOTS;
        while (capacity < 2 * size()) {
            capacity *= 2;
        }
        var wider = new @Nullable Frame[capacity];
        System.arraycopy(slots, from, wider, 0, size());
        to = size();
        from = 0;
        slots = wider;
    }

    void clear() {
        slots = new Frame[MIN_SLOTS];
        from = 0;
        to = 0;
        bytes = 0;
    }

    int size() {
        return to - from;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    Frame[] slots() {
        return slots;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }
}
