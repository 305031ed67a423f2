package io.tailrace.server.hub;

import io.tailrace.log.Head;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Announcement.Appended;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of one channel: takes announcements, pages of the log and audits in whatever order they come, and lets
 * frames into the ring one after the other. Pure state, without threads, time or storage: it says what it {@link Need}s.
 * Used under the hub's lock.
 *
 * <p>What holds: everything up to {@code next - 1} was let through; {@code known} is the highest event that is said to
 * exist; a frame goes to the ring when it is {@code next} and its access epoch is applied; one above waits in the
 * hold-back; one below is a duplicate. If {@code known >= next} and the hold-back has no {@code next}, the log must be
 * read. Whatever does not fit the epoch, or came before the first read, waits in {@code early} for an audit: only the
 * log says that an epoch began. A head (the first, one of another epoch, one below what was let through) is taken over
 * when the access changes that it was read with are applied; so nothing up to it needs checking later.
 */
final class Sequence {

    /** Announcements that wait for an audit at most; past it the next audit is followed by another. */
    static final int MAX_EARLY = 256;

    /** What a sequence cannot go on without. */
    sealed interface Need {

        record Nothing() implements Need {}

        /** Events after {@code after} are in the log. */
        record Log(long after) implements Need {}

        /** The log has to say what holds. */
        record Audit() implements Need {}

        /** This node has to apply the tenant's access changes up to {@code epoch}. */
        record Access(long epoch) implements Need {}
    }

    /** Where a sequence stood when a read of the log began: the result is judged against this. */
    record Mark(long number, int epoch, long incarnation, long head, long known) {}

    private static final Need NOTHING = new Need.Nothing();
    private static final Need AUDIT = new Need.Audit();

    private final Ring ring;
    private final HoldBack held;
    private final HubMeters meters;
    private final List<Announcement> early = new ArrayList<>(0);
    private int earlyAudited;
    private boolean earlyLost;
    private int epoch;
    private long incarnation;
    private long next = 1;
    private long known;
    private long heardSince;
    private long floor;
    private long accessEpoch;
    private long audits;
    private long audited;
    private @Nullable Head pending;

    Sequence(HubOptions options, HubMeters meters) {
        this.ring = new Ring(options.ringBytes());
        this.held = new HoldBack(options.heldBackBytes(), options.heldBackFrames());
        this.meters = meters;
    }

    /** Files what the bus brought; {@link #advance} follows. */
    void announced(Announcement announcement) {
        if (announcement.epoch() > epoch || pending != null) {
            wait(announcement);
        } else if (announcement.epoch() == epoch && announcement.seq() >= next) {
            known = Math.max(known, announcement.seq());
            heardSince = Math.max(heardSince, announcement.seq());
            if (announcement instanceof Appended appended) {
                keep(Held.of(appended));
            }
        }
    }

    private void wait(Announcement announcement) {
        if (early.size() < MAX_EARLY) {
            early.add(announcement);
        } else {
            earlyLost = true;
        }
    }

    private void keep(Held frame) {
        int dropped = held.keep(frame);
        if (dropped > 0) {
            meters.heldBackOverflow(dropped);
        }
    }

    /**
     * Lets through what may go, given the access epoch that this node has applied.
     *
     * @return what is missing for more
     */
    Need advance(long applied) {
        if (pending != null) {
            if (pending.accessEpoch() > applied) {
                return new Need.Access(pending.accessEpoch());
            }
            begin(pending);
        }
        if (epoch == 0) {
            return AUDIT;
        }
        for (Held frame = held.get(next); frame != null; frame = held.get(next)) {
            if (frame.accessEpoch() > applied) {
                return new Need.Access(frame.accessEpoch());
            }
            let(frame);
        }
        if (known >= next) {
            return new Need.Log(next - 1);
        }
        return early.isEmpty() && !earlyLost ? NOTHING : AUDIT;
    }

    private void let(Held frame) {
        ring.add(frame.frame());
        held.dropUpTo(next);
        next++;
        meters.delivered(frame.frame().at());
    }

    private void begin(Head head) {
        if (epoch != 0) {
            incarnation++;
            meters.begunAnew();
        }
        epoch = head.epoch();
        next = head.seq() + 1;
        known = head.seq();
        floor = head.floor();
        accessEpoch = head.accessEpoch();
        ring.clear();
        held.clear();
        pending = null;
        var waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::announced);
    }

    /** To be called when a read of the heads begins; the number is higher than that of every earlier one. */
    Mark auditBegins() {
        earlyLost = false;
        earlyAudited = early.size();
        return new Mark(++audits, epoch, incarnation, next - 1, known);
    }

    /** The number that the next audit will have. */
    long nextAudit() {
        return audits + 1;
    }

    /** Takes in the head that was read after {@code mark}; {@link #advance} follows. */
    void audited(Mark mark, Head head) {
        if (head.epoch() < epoch || (pending != null && head.epoch() < pending.epoch())) {
            return; // read before an epoch began that we know of
        }
        audited = Math.max(audited, mark.number());
        if (head.epoch() > epoch || pending != null || wentBack(mark, head)) {
            pending = head;
            return;
        }
        early.subList(0, Math.min(earlyAudited, early.size())).clear();
        earlyAudited = 0;
        floor = Math.max(floor, head.floor());
        accessEpoch = Math.max(accessEpoch, head.accessEpoch());
        known = Math.max(known, head.seq());
    }

    private boolean wentBack(Mark mark, Head head) {
        return mark.epoch() == epoch && mark.incarnation() == incarnation && head.seq() < mark.head();
    }

    /** To be called when a read of the gap begins. */
    Mark readBegins() {
        heardSince = 0;
        return new Mark(audits, epoch, incarnation, next - 1, known);
    }

    /** Takes in a page that was read after {@code mark}; {@link #advance} follows. */
    void read(Mark mark, List<Held> page, Head head, long applied) {
        if (mark.epoch() != epoch || mark.incarnation() != incarnation || pending != null) {
            return;
        }
        if (head.epoch() != epoch) {
            missing(mark, head);
            return;
        }
        for (Held frame : page) {
            if (frame.seq() == next && frame.accessEpoch() <= applied) {
                let(frame);
            } else if (frame.seq() >= next) {
                keep(frame);
            }
        }
        floor = Math.max(floor, head.floor());
        if (head.seq() < mark.known()) { // somebody announced what the log does not have
            held.dropAbove(head.seq());
            known = Math.max(head.seq(), heardSince);
        } else {
            known = Math.max(known, head.seq());
        }
    }

    /** The log does not have what follows {@code mark} any more: go on from where it stands. */
    void missing(Mark mark, Head head) {
        if (mark.epoch() == epoch && mark.incarnation() == incarnation && head.epoch() >= epoch) {
            pending = head;
        }
    }

    View view() {
        return new View(
                epoch, incarnation, next - 1, known, floor, accessEpoch, audited, ring.slots(), ring.from(), ring.to());
    }

    int heldBack() {
        return held.size();
    }

    long ringBytes() {
        return ring.bytes();
    }
}
