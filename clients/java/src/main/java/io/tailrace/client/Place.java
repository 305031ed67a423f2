package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/**
 * Where the connection as a whole stands: the last id, and what a poll told beside it, as long as they belong to the list
 * of channels that is followed. When they do not, each channel says for itself where it stands. Used on the loop.
 */
final class Place {

    /** For how long after a change of a live stream ids may still be those of before, in milliseconds. */
    static final long STALE = 2_000;

    private final Loop loop;
    private final Roster roster;
    private @Nullable String id;
    private @Nullable String moment;
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

    /**
     * The connection follows another list from now on.
     *
     * @param version of the list
     */
    void changed(long version) {
        streamVersion = version;
        from = loop.ticks() + STALE;
    }

    /** A frame carried an id. */
    void at(String latest) {
        if (!latest.isEmpty() && loop.ticks() >= from) {
            id = latest;
            moment = null;
            ofVersion = streamVersion;
        }
    }

    /**
     * A poll was answered.
     *
     * @param known what the client knows of presence and signals by it; null: it does not say
     */
    void at(String latest, @Nullable String known) {
        at(latest);
        moment = known;
    }

    /** The id to resume from; null: there is none for the list as it is. */
    @Nullable
    String resume() {
        return ofVersion == roster.version() ? id : null;
    }

    /** What the last poll told of presence and signals; null: nothing, or of another list, or a stream came after it. */
    @Nullable
    String moment() {
        return ofVersion == roster.version() ? moment : null;
    }
}
