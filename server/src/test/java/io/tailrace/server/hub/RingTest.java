package io.tailrace.server.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.hub.Tail.Next.Behind;
import io.tailrace.server.hub.Tail.Next.Frames;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RingTest {

    private static final int WEIGHT = frame(1).weight();

    /** All of one weight. */
    private static Frame frame(long seq) {
        return new Frame(seq, seq, new byte[40], 0);
    }

    private static View view(Ring ring, long head) {
        return new View(1, 0, head, head, 0, 0, 0, ring.slots(), ring.from(), ring.to());
    }

    private static Ring filled(int maxBytes, long frames) {
        var ring = new Ring(maxBytes);
        for (long seq = 1; seq <= frames; seq++) {
            ring.add(frame(seq));
        }
        return ring;
    }

    @Test
    @Tag("R-40")
    void atItsBoundItHoldsAllAndOneMoreCostsTheOldest() {
        var ring = filled(10 * WEIGHT, 10);
        assertThat(ring.size()).isEqualTo(10);
        assertThat(view(ring, 10).framesAfter(0, 1)).isInstanceOf(Frames.class);
        ring.add(frame(11));
        assertThat(ring.size()).isEqualTo(10);
        assertThat(ring.bytes()).isEqualTo(10L * WEIGHT);
        assertThat(view(ring, 11).framesAfter(0, 1)).isInstanceOf(Behind.class);
        assertThat(view(ring, 11).framesAfter(1, 1)).isInstanceOf(Frames.class);
    }

    @Test
    void aFewFramesStayWhateverTheyWeigh() {
        var ring = filled(1, 50);
        assertThat(ring.size()).isEqualTo(Ring.MIN_FRAMES);
    }

    @Test
    void anAnswerHasAtLeastOneFrameAndNoMoreThanFits() {
        var view = view(filled(100 * WEIGHT, 20), 20);
        assertThat(((Frames) view.framesAfter(5, 1)).frames()).hasSize(1);
        assertThat(((Frames) view.framesAfter(5, 3 * WEIGHT)).frames()).hasSize(3);
        assertThat(((Frames) view.framesAfter(5, Integer.MAX_VALUE)).frames()).hasSize(15);
    }

    @Test
    void aReaderWithAnOldViewIsBehindRatherThanWrong() {
        var ring = filled(10 * WEIGHT, 10);
        var old = view(ring, 10);
        for (long seq = 11; seq <= 12; seq++) {
            ring.add(frame(seq));
        }
        assertThat(old.framesAfter(1, Integer.MAX_VALUE)).isInstanceOf(Behind.class);
        assertThat(((Frames) old.framesAfter(5, Integer.MAX_VALUE)).frames())
                .extracting(Frame::seq)
                .containsExactly(6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void readersBesideAWriterSeeConsecutiveFramesOnly() throws Exception {
        long last = 200_000;
        var ring = new Ring(64 * WEIGHT);
        var published = new AtomicReference<>(view(ring, 0));
        var reader = Thread.ofPlatform().start(() -> {
            long after = 0;
            while (after < last) {
                View view = published.get();
                if (after < view.head()) {
                    if (view.framesAfter(after, Integer.MAX_VALUE) instanceof Frames(var frames, var more)) {
                        for (Frame frame : frames) {
                            if (frame.seq() != ++after) {
                                throw new IllegalStateException("got " + frame.seq() + " for " + after);
                            }
                        }
                    } else {
                        after = view.head();
                    }
                }
            }
        });
        for (long seq = 1; seq <= last; seq++) {
            ring.add(frame(seq));
            published.set(view(ring, seq));
        }
        assertThat(reader.join(java.time.Duration.ofSeconds(20))).isTrue();
        assertThat(published.get().head()).isEqualTo(last);
    }
}
