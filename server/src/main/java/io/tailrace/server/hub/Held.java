package io.tailrace.server.hub;

import io.tailrace.log.LogEntry;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.Announcement.Appended;

/**
 * A frame that is not yet in the ring.
 *
 * @param frame the frame
 * @param accessEpoch stamped on the event: the frame goes out once this node has applied access changes up to it
 */
record Held(Frame frame, long accessEpoch) {

    static Held of(Appended appended) {
        var frame = Frame.of(appended.epoch(), appended.seq(), appended.at(), appended.json());
        return new Held(frame, appended.accessEpoch());
    }

    static Held of(String tenant, int epoch, LogEntry entry) {
        return of(Announcement.Appended.of(tenant, epoch, entry.accessEpoch(), entry.event()));
    }

    long seq() {
        return frame.seq();
    }
}
