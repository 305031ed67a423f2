package io.tailrace.server.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Head;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Announcement.Appended;
import io.tailrace.server.bus.Announcement.HeadMoved;
import io.tailrace.server.hub.Sequence.Need;
import io.tailrace.server.hub.Tail.Next.Frames;
import io.tailrace.wire.ChannelId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ordering, step by step. */
class SequenceTest {

    private static final ChannelId CHANNEL = ChannelId.of("acme", "board:roadmap");
    private static final int FRAME = 10 + 48;

    private final Counted counted = new Counted();
    private final Sequence sequence = new Sequence(options(1_000 * FRAME, 4), counted);

    static HubOptions options(int ringBytes, int heldBack) {
        return new HubOptions(
                ringBytes,
                1_000_000,
                heldBack,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                1,
                0);
    }

    static Frame frame(long seq) {
        return Frame.of(1, seq, seq, String.format("%010d", seq).getBytes(StandardCharsets.US_ASCII));
    }

    private static Appended appended(int epoch, long seq, long access) {
        return new Appended(CHANNEL, epoch, seq, access, seq, frame(seq).json());
    }

    private static Head head(long seq) {
        return new Head(1, seq, 0, 0);
    }

    private Sequence startedAt(long seq) {
        sequence.audited(sequence.auditBegins(), head(seq));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        return sequence;
    }

    private Need hear(Announcement... announcements) {
        for (Announcement announcement : announcements) {
            sequence.announced(announcement);
        }
        return sequence.advance(0);
    }

    private Need hear(long... seqs) {
        LongStream.of(seqs).forEach(seq -> sequence.announced(appended(1, seq, 0)));
        return sequence.advance(0);
    }

    private List<Long> after(long after) {
        View view = sequence.view();
        return after < view.head() && view.framesAfter(after, Integer.MAX_VALUE) instanceof Frames(var frames, var more)
                ? frames.stream().map(Frame::seq).toList()
                : List.of();
    }

    @Test
    void asksTheLogFirstAndKeepsWhatComesMeanwhile() {
        assertThat(sequence.advance(0)).isInstanceOf(Need.Audit.class);
        var audit = sequence.auditBegins();
        hear(41, 42, 43);
        assertThat(sequence.view().ready()).isFalse();
        sequence.audited(audit, head(41));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(sequence.view().head()).isEqualTo(43);
        assertThat(after(41)).containsExactly(42L, 43L);
    }

    @Test
    void moreThanItCanKeepBeforeTheFirstReadIsReadAfterIt() {
        var sequence = new Sequence(options(1_000 * FRAME, 1_000), counted);
        var audit = sequence.auditBegins();
        for (long seq = 1; seq <= Sequence.MAX_EARLY + 1; seq++) {
            sequence.announced(appended(1, seq, 0));
        }
        sequence.audited(audit, head(0));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Audit.class);
        assertThat(sequence.view().head()).isEqualTo(Sequence.MAX_EARLY);
        sequence.audited(sequence.auditBegins(), head(Sequence.MAX_EARLY + 1));
        assertThat(sequence.advance(0)).isEqualTo(new Need.Log(Sequence.MAX_EARLY));
    }

    @Test
    @Tag("R-22")
    void waitsForTheStragglerAndThenGoesOn() {
        startedAt(0);
        assertThat(hear(2, 3)).isEqualTo(new Need.Log(0));
        assertThat(sequence.view().head()).isZero();
        assertThat(hear(1)).isInstanceOf(Need.Nothing.class);
        assertThat(after(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    @Tag("R-23")
    void whatCameBeforeIsDropped() {
        startedAt(5);
        hear(6, 6, 5, 1, 7, 6);
        assertThat(after(5)).containsExactly(6L, 7L);
    }

    @Test
    void pastTheHoldBackOnlyTheHighestIsRememberedAndTheLogIsAsked() {
        startedAt(0);
        hear(6, 5, 4, 3);
        assertThat(sequence.heldBack()).isEqualTo(4);
        assertThat(counted.overflows).isZero();
        hear(2);
        assertThat(sequence.heldBack()).isEqualTo(4);
        assertThat(counted.overflows).isEqualTo(1);
        sequence.read(sequence.readBegins(), held(1), head(6), 0);
        assertThat(sequence.advance(0)).isEqualTo(new Need.Log(5));
        assertThat(sequence.view().known()).isEqualTo(6);
    }

    @Test
    void aNoticeThatTheHeadMovedAsksTheLog() {
        startedAt(3);
        assertThat(hear(new HeadMoved(CHANNEL, 1, 5, 0))).isEqualTo(new Need.Log(3));
        sequence.read(sequence.readBegins(), held(4, 5), head(5), 0);
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(after(3)).containsExactly(4L, 5L);
    }

    @Test
    @Tag("R-72")
    void aFrameIsHeldUntilTheAccessChangesBeforeItAreApplied() {
        startedAt(0);
        assertThat(hear(appended(1, 1, 0), appended(1, 2, 9), appended(1, 3, 0)))
                .isEqualTo(new Need.Access(9));
        assertThat(after(0)).containsExactly(1L);
        assertThat(sequence.advance(8)).isEqualTo(new Need.Access(9));
        assertThat(sequence.advance(9)).isInstanceOf(Need.Nothing.class);
        assertThat(after(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    @Tag("R-72")
    void theFirstHeadCountsOnlyWithItsAccessChangesApplied() {
        sequence.audited(sequence.auditBegins(), new Head(1, 10, 0, 4));
        assertThat(sequence.advance(3)).isEqualTo(new Need.Access(4));
        assertThat(sequence.view().ready()).isFalse();
        sequence.advance(4);
        assertThat(sequence.view().head()).isEqualTo(10);
    }

    @Test
    @Tag("R-72")
    void framesReadFromTheLogPassTheSameGate() {
        startedAt(0);
        hear(3);
        var page = List.of(new Held(frame(1), 0), new Held(frame(2), 5), new Held(frame(3), 5));
        sequence.read(sequence.readBegins(), page, head(3), 0);
        assertThat(sequence.advance(0)).isEqualTo(new Need.Access(5));
        assertThat(after(0)).containsExactly(1L);
        sequence.advance(5);
        assertThat(after(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anAuditFindsWhatTheBusLost() {
        startedAt(0);
        sequence.audited(sequence.auditBegins(), head(2));
        assertThat(sequence.advance(0)).isEqualTo(new Need.Log(0));
    }

    @Test
    void anAuditThatWasOvertakenChangesNothing() {
        startedAt(0);
        var audit = sequence.auditBegins();
        hear(1, 2);
        sequence.audited(audit, head(0));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(sequence.view().incarnation()).isZero();
        assertThat(sequence.view().head()).isEqualTo(2);
    }

    @Test
    void anotherEpochIsBelievedWhenTheLogSaysSo() {
        startedAt(5);
        assertThat(hear(appended(2, 4, 0))).isInstanceOf(Need.Audit.class);
        assertThat(sequence.view().epoch()).isEqualTo(1);
        sequence.audited(sequence.auditBegins(), new Head(2, 3, 0, 0));
        sequence.advance(0);
        assertThat(sequence.view().epoch()).isEqualTo(2);
        assertThat(sequence.view().incarnation()).isEqualTo(1);
        assertThat(after(3)).containsExactly(4L);
        assertThat(hear(6, 7)).isInstanceOf(Need.Nothing.class); // of the first epoch
        assertThat(sequence.view().head()).isEqualTo(4);
    }

    @Test
    void anEpochThatTheLogDoesNotKnowIsForgotten() {
        startedAt(5);
        hear(appended(9, 1, 0));
        sequence.audited(sequence.auditBegins(), head(5));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(sequence.view().epoch()).isEqualTo(1);
    }

    @Test
    void aLogThatWentBackMakesItBeginAnew() {
        startedAt(5);
        hear(6);
        sequence.audited(sequence.auditBegins(), head(4));
        sequence.advance(0);
        assertThat(sequence.view().incarnation()).isEqualTo(1);
        assertThat(sequence.view().head()).isEqualTo(4);
        assertThat(counted.begunAnew).isEqualTo(1);
    }

    @Test
    void whatTheLogNoLongerHasIsSkipped() {
        startedAt(0);
        hear(5);
        sequence.missing(sequence.readBegins(), new Head(1, 5, 3, 0));
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(sequence.view().incarnation()).isEqualTo(1);
        assertThat(sequence.view().head()).isEqualTo(5);
        assertThat(sequence.view().floor()).isEqualTo(3);
    }

    @Test
    void whatTheLogNeverHadIsForgotten() {
        startedAt(5);
        assertThat(hear(9)).isEqualTo(new Need.Log(5));
        sequence.read(sequence.readBegins(), List.of(), head(5), 0);
        assertThat(sequence.advance(0)).isInstanceOf(Need.Nothing.class);
        assertThat(sequence.heldBack()).isZero();
    }

    @Test
    void aReadThatBeganBeforeARestoreChangesNothing() {
        startedAt(0);
        hear(3);
        var read = sequence.readBegins();
        sequence.audited(sequence.auditBegins(), new Head(2, 7, 0, 0));
        sequence.advance(0);
        sequence.read(read, held(1, 2, 3), head(3), 0);
        sequence.missing(read, head(3));
        sequence.advance(0);
        assertThat(sequence.view().epoch()).isEqualTo(2);
        assertThat(sequence.view().head()).isEqualTo(7);
    }

    private static List<Held> held(long... seqs) {
        return LongStream.of(seqs).mapToObj(seq -> new Held(frame(seq), 0)).toList();
    }

    /** Counts what tests ask about. */
    static final class Counted implements HubMeters {
        int overflows;
        int begunAnew;

        @Override
        public void heldBackOverflow(int frames) {
            overflows += frames;
        }

        @Override
        public void begunAnew() {
            begunAnew++;
        }
    }
}
