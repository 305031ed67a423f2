package io.tailrace.server.hub;

import io.tailrace.log.Head;
import io.tailrace.server.bus.Audience;
import java.time.Duration;
import java.util.Optional;

/**
 * A reader's hold on a hub. The fields below the blank line belong to the reader's thread: the hub's incarnation that it
 * knows of, and a position beyond what the hub knows, with the audit that decides on it.
 */
final class HubTail extends Audience.Member implements Tail {

    private static final System.Logger LOG = System.getLogger(HubTail.class.getName());

    private final Hub hub;
    private final ReplayPages pages;
    private final HubMeters meters;
    private final Reader reader;

    private long incarnation;
    private boolean resumed;
    private int doubtEpoch;
    private long doubtAfter;
    private long doubtAudit = Long.MAX_VALUE;

    HubTail(Hub hub, ReplayPages pages, HubMeters meters, Reader reader) {
        this.hub = hub;
        this.pages = pages;
        this.meters = meters;
        this.reader = reader;
        this.incarnation = hub.view().incarnation();
    }

    void wake() {
        try {
            reader.wake();
        } catch (RuntimeException e) { // the others are to be woken all the same
            LOG.log(System.Logger.Level.ERROR, "a reader could not be woken", e);
        }
    }

    View view() {
        return hub.view();
    }

    @Override
    public Optional<Head> head(Duration timeout) throws InterruptedException {
        if (!hub.awaitReady(timeout)) {
            return Optional.empty();
        }
        View view = hub.view();
        incarnation = view.incarnation();
        return Optional.of(view.ends());
    }

    @Override
    public Next next(int epoch, long after, int maxBytes) {
        View view = hub.view();
        if (!view.ready()) {
            return View.NOTHING;
        }
        if (view.incarnation() != incarnation) {
            incarnation = view.incarnation();
            return new Next.Lost(view.ends());
        }
        if (epoch < view.epoch()) {
            return new Next.Lost(view.ends());
        }
        if (epoch > view.epoch() || after > view.head()) {
            return beyond(view, epoch, after);
        }
        if (after == view.head()) {
            resumed = true;
            return View.NOTHING;
        }
        Next frames = view.framesAfter(after, maxBytes);
        if (!resumed) {
            resumed = true;
            count(frames);
        }
        return frames;
    }

    private void count(Next first) {
        if (first instanceof Next.Frames) {
            meters.ringHit();
        }
    }

    /** A position above what the hub has let through: another node was faster, or the log is not the one it came from. */
    private Next beyond(View view, int epoch, long after) {
        if (epoch == view.epoch() && after <= view.known()) {
            return View.NOTHING;
        }
        if (doubtAudit == Long.MAX_VALUE || doubtAfter != after || doubtEpoch != epoch) {
            doubtEpoch = epoch;
            doubtAfter = after;
            doubtAudit = hub.doubt();
            return View.NOTHING;
        }
        if (view.audited() < doubtAudit) {
            return View.NOTHING;
        }
        doubtAudit = Long.MAX_VALUE;
        return new Next.Lost(view.ends());
    }

    @Override
    public Next replay(int epoch, long after) {
        View view = hub.view();
        Next next = next(epoch, after, ReplayPages.ANSWER_BYTES);
        return next instanceof Next.Behind && view.incarnation() == incarnation ? pages.replay(hub, view, after) : next;
    }

    @Override
    public void close() {
        hub.detach(this);
    }
}
