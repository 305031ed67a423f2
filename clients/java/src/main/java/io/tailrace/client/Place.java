package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/**
 * Where the connection as a whole stands: the last id, as long as it belongs to the list of channels that is followed.
 * When it does not, each channel says for itself where it stands. Used on the loop.
 */
final class Place {

    /** For how long after a change of a live stream ids may still be those of before, in milliseconds. */
    static final long STALE = 2_000;

    private final Loop loop;
    private final Roster roster;
    private @Nullable String id;
    private long ofVersion = -1;
    private long streamVersion = -1;
    private long from = Long.MIN_VALUE;

    Place(Loop loop, Roster roster) {
        this.loop = loop;
        this.roster = roster;
    }

    /** A connection begins, with the list as it is. */
    void begins() {
        streamVersion = roster.version();
        from = Long.MIN_VALUE;
    }

    /** The connection follows another list from now on. @param version of the list */
    void changed(long version) {
        streamVersion = version;
        from = loop.ticks() + STALE;
    }

    /** A frame carried an id. */
    void at(String latest) {
        if (!latest.isEmpty() && loop.ticks() >= from) {
            id = latest;
            ofVersion = streamVersion;
        }
    }

    /** The id to resume from; null: there is none for the list as it is. */
    @Nullable
    String resume() {
        return ofVersion == roster.version() ? id : null;
    }
}
