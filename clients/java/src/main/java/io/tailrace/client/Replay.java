package io.tailrace.client;

/**
 * Tells when what was missed has come. No frame says so: it has when the stream says something else, or pauses. Used on
 * the loop.
 */
final class Replay {

    /** A pause in which nothing comes, in milliseconds. */
    static final long QUIET = 1_000;

    private final Loop loop;
    private final Roster roster;
    private Loop.Timer quiet = () -> {};

    Replay(Loop loop, Roster roster) {
        this.loop = loop;
        this.roster = roster;
    }

    /** Where a connection begins with a channel. */
    void placed(Frames.Placed placed) {
        var wire = roster.wire(placed.channel());
        if (wire == null) {
            return;
        }
        if (placed.status().equals("snapshot.required")) {
            wire.live = true; // its frame tells the rest
            return;
        }
        wire.replaying = placed.status().equals("replaying");
        wire.placed(placed.seq(), null);
        progress();
    }

    /** Something came. */
    void progress() {
        if (roster.wires().stream().anyMatch(wire -> wire.replaying)) {
            quiet.cancel();
            quiet = loop.after(QUIET, this::over);
        }
    }

    /** All has come. */
    void over() {
        quiet.cancel();
        for (var wire : roster.wires()) {
            if (wire.replaying) {
                wire.caughtUp();
            }
        }
        roster.changed();
    }

    void stop() {
        quiet.cancel();
    }
}
