package io.tailrace.catchup;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.zip.Deflater;

/**
 * What answers are compressed with: each holds 256 KiB outside the heap, so there are {@link #MOST} of them, which are used
 * again and again. Who finds none sends its answer as it is. Any thread.
 */
final class Deflaters {

    /** Answers that are compressed at once: 16 MiB. */
    static final int MOST = 64;

    /** Half of the bytes of a page of events go already at the lowest level; see {@code RATIONALE.md}. */
    private static final int LEVEL = 3;

    /** Those of this process. */
    static final Deflaters SHARED = new Deflaters(MOST);

    private final Semaphore free;
    private final Queue<Deflater> idle = new ConcurrentLinkedQueue<>();

    /** @param most how many there are */
    Deflaters(int most) {
        this.free = new Semaphore(most);
    }

    /** One to be {@linkplain #giveBack given back}; empty when all are in use. */
    Optional<Deflater> take() {
        if (!free.tryAcquire()) {
            return Optional.empty();
        }
        var used = idle.poll();
        return Optional.of(used == null ? new Deflater(LEVEL, true) : used);
    }

    void giveBack(Deflater deflater) {
        deflater.reset();
        idle.add(deflater);
        free.release();
    }
}
