package io.tailrace.client;

/**
 * Ends a connection that is mute, and notices that the device has slept: then the clock that people set has gone on and
 * the other one may not have, and nothing of before is to be relied on. Used on the loop.
 */
final class Watch {

    /** How far the clocks may part before it counts as sleep, in milliseconds. */
    static final long SLEPT = 15_000;

    /** How often it looks at least, in milliseconds. */
    private static final long LOOK = 5_000;

    private final Loop loop;
    private final Runnable slept;
    private Loop.Timer timer = () -> {};
    private long limit;
    private long ticks;
    private long wall;

    /** @param slept is run when the device has slept, instead of ending anything */
    Watch(Loop loop, Runnable slept) {
        this.loop = loop;
        this.slept = slept;
    }

    /** Watches a connection, in place of any other. @param limit the longest silence, in milliseconds */
    void over(StreamCall call, long limit) {
        this.limit = limit;
        look(call);
    }

    /** Allows another silence from now on. */
    void allow(long limit) {
        this.limit = limit;
    }

    void stop() {
        timer.cancel();
    }

    private void look(StreamCall call) {
        timer.cancel();
        ticks = loop.ticks();
        wall = loop.wall();
        long left = limit - call.silence();
        if (left <= 0) {
            call.giveUp();
            return;
        }
        timer = loop.after(Math.min(left, LOOK), () -> {
            long drift = loop.wall() - wall - (loop.ticks() - ticks);
            if (drift > SLEPT) {
                slept.run();
            } else {
                look(call);
            }
        });
    }
}
