package io.tailrace.server.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Head;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Announcement.Appended;
import io.tailrace.server.bus.Announcement.HeadMoved;
import io.tailrace.server.hub.Sequence.Mark;
import io.tailrace.server.hub.Sequence.Need;
import io.tailrace.server.hub.Tail.Next.Frames;
import io.tailrace.wire.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Announcements shuffled, doubled and lost, with reads and audits that take their time: readers still get 1..n. */
class SequenceFuzzTest {

    private static final int WORLDS = 3_000;

    @Test
    @Tag("R-02")
    @Tag("R-22")
    @Tag("R-23")
    void whateverTheBusDoesAReaderGetsEveryEventOnceAndInOrder() {
        for (long seed = 0; seed < WORLDS; seed++) {
            new World(seed).run();
        }
    }

    /** A log that grows, a bus that misbehaves, a hub's sequence and a reader. */
    private static final class World {

        private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");

        private final long seed;
        private final Random random;
        private final Sequence sequence;
        private final int events;
        private final List<Long> stamps = new ArrayList<>(); // access epoch of event i + 1
        private final List<Announcement> underWay = new ArrayList<>();
        private final List<Long> got = new ArrayList<>();
        private long access;
        private long applied;
        private long start = -1;
        private @Nullable Mark audit;
        private @Nullable Head auditHead;
        private @Nullable Mark read;
        private long readHead;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.sequence = new Sequence(
                    SequenceTest.options(random.nextInt(1, 20) * 58, random.nextInt(1, 12)), HubMeters.NONE);
            this.events = random.nextInt(1, 120);
        }

        void run() {
            for (int i = random.nextInt(20); i > 0; i--) {
                append();
            }
            while (stamps.size() < events || !underWay.isEmpty()) {
                step();
            }
            for (int i = 0; i < 1_000 && (start < 0 || sequence.view().head() < stamps.size()); i++) {
                applied = access;
                beginAudit();
                endAudit();
                beginRead();
                endRead();
                sequence.advance(applied);
                look();
            }
            for (int i = 0; i < stamps.size(); i++) {
                look(); // a look takes a frame at least
            }
            var expected = new ArrayList<Long>();
            for (long seq = start + 1; seq <= stamps.size(); seq++) {
                expected.add(seq);
            }
            assertThat(got).as("seed %d", seed).isEqualTo(expected);
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> append();
                case 3, 4, 5, 6 -> deliver();
                case 7 -> applied = random.nextLong(applied, access + 1);
                case 8 -> beginAudit();
                case 9 -> endAudit();
                case 10 -> beginRead();
                default -> endRead();
            }
            sequence.advance(applied);
            if (random.nextBoolean()) {
                look();
            }
        }

        private void append() {
            if (stamps.size() >= events) {
                return;
            }
            access += random.nextInt(10) == 0 ? 1 : 0;
            stamps.add(access);
            long seq = stamps.size();
            int copies = random.nextInt(10) < 2 ? 0 : random.nextInt(1, 3);
            for (int i = 0; i < copies; i++) {
                underWay.add(
                        random.nextInt(8) == 0
                                ? new HeadMoved(CHANNEL, 1, seq, access)
                                : new Appended(
                                        CHANNEL,
                                        1,
                                        seq,
                                        access,
                                        seq,
                                        SequenceTest.frame(seq).json()));
            }
        }

        private void deliver() {
            if (!underWay.isEmpty()) {
                int window = Math.min(underWay.size(), 8);
                sequence.announced(underWay.remove(random.nextInt(window)));
            }
        }

        private Head head(long seq) {
            return new Head(1, seq, 0, seq == 0 ? 0 : stamps.get((int) seq - 1));
        }

        private void beginAudit() {
            if (audit == null) {
                audit = sequence.auditBegins();
                auditHead = head(stamps.size());
            }
        }

        private void endAudit() {
            if (audit != null && auditHead != null) {
                sequence.audited(audit, auditHead);
                audit = null;
            }
        }

        private void beginRead() {
            if (read == null && sequence.advance(applied) instanceof Need.Log) {
                read = sequence.readBegins();
                readHead = stamps.size();
            }
        }

        private void endRead() {
            if (read == null) {
                return;
            }
            var page = new ArrayList<Held>();
            int limit = random.nextInt(1, 10);
            for (long seq = read.head() + 1; seq <= readHead && page.size() < limit; seq++) {
                page.add(new Held(SequenceTest.frame(seq), stamps.get((int) seq - 1)));
            }
            sequence.read(read, page, head(readHead), applied);
            read = null;
        }

        /** The reader: from the ring, or, when it is behind, from the log up to the head that it may see. */
        private void look() {
            View view = sequence.view();
            if (!view.ready()) {
                return;
            }
            if (start < 0) {
                start = view.head();
            }
            long after = got.isEmpty() ? start : got.getLast();
            if (after == view.head()) {
                return;
            }
            if (view.framesAfter(after, random.nextInt(2_000)) instanceof Frames(var frames, var more)) {
                frames.forEach(frame -> take(frame.seq()));
            } else {
                for (long seq = after + 1; seq <= view.head(); seq++) {
                    take(seq);
                }
            }
        }

        private void take(long seq) {
            assertThat(stamps.get((int) seq - 1))
                    .as("seed %d: access epoch of %d", seed, seq)
                    .isLessThanOrEqualTo(applied);
            got.add(seq);
        }
    }
}
