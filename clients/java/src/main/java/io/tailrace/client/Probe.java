package io.tailrace.client;

import io.tailrace.client.sse.SseFrame;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries, beside polling, whether a stream gets through: it does when something follows its first frame after a while. What
 * comes at once with that may have been held back, and come in one burst. On the loop.
 */
final class Probe {

    private final TailParts parts;
    private final Watch watch;
    private final Through through;
    private final StreamCall.Sink sink;
    private @Nullable StreamCall call;
    private @Nullable SseFrame first;
    private long firstAt;

    /** Who takes a stream that works. */
    interface Through {

        /** It works; these frames have come. */
        void gotThrough(StreamCall from, SseFrame first, SseFrame second);
    }

    /** @param sink of the stream, which asks here first */
    Probe(TailParts parts, Watch watch, Through through, StreamCall.Sink sink) {
        this.parts = parts;
        this.watch = watch;
        this.through = through;
        this.sink = sink;
    }

    /** @param wanted whether it still is, once there is a token */
    void start(BooleanSupplier wanted) {
        parts.tokens().get((token, fault) -> {
            if (token != null && call == null && wanted.getAsBoolean()) {
                call = parts.streams().open(parts.requests().probe(), token, sink);
                watch.over(call, Tail.OPENS_WITHIN);
            }
        });
    }

    /** @return whether the frame is of the probe */
    boolean frame(StreamCall from, SseFrame frame) {
        if (from != call) {
            return false;
        }
        if (first == null) {
            first = frame;
            firstAt = parts.loop().ticks();
            watch.allow(StreamRequests.SHORTEST_HEARTBEAT * 1_000L * Tail.MUTE_HALF_HEARTBEATS / 2);
            return true;
        }
        if (parts.loop().ticks() - firstAt < Tail.PROOF) {
            return true; // polls bring it as well
        }
        var before = first;
        call = null;
        first = null;
        through.gotThrough(from, before, frame);
        return true;
    }

    /** @return whether it was the probe that ended */
    boolean ended(StreamCall from) {
        if (from != call) {
            return false;
        }
        stop();
        return true;
    }

    void stop() {
        if (call != null) {
            call.cancel();
            call = null;
        }
        first = null;
    }
}
