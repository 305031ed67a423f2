package io.tailrace.field.proxy;

import java.util.List;
import java.util.OptionalLong;

/**
 * What came of a place. Verdicts are the same in every run; times are not.
 *
 * @param place where
 * @param plain how a browser's EventSource fares
 * @param silence what became of it in the silence
 * @param restart what became of it when the proxy was restarted
 * @param plainFirst milliseconds until the EventSource had its first event; empty: never
 * @param library whether the client library streams or polls in the end
 * @param libraryFirst milliseconds until it had its first event
 * @param libraryAfterSilence milliseconds until it had the event that ended the silence
 * @param libraryBack milliseconds from the proxy's return until it had what was written meanwhile
 * @param lost events that the library never had
 */
record Row(
        Place place,
        Plain plain,
        Fate silence,
        Fate restart,
        OptionalLong plainFirst,
        Mode library,
        OptionalLong libraryFirst,
        OptionalLong libraryAfterSilence,
        OptionalLong libraryBack,
        long lost) {

    /** How events come to an EventSource. */
    enum Plain {
        STREAMS("streams"),
        BURSTS("late, in bursts"),
        NOTHING("gets nothing");

        private final String words;

        Plain(String words) {
            this.words = words;
        }
    }

    /** What became of an EventSource. */
    enum Fate {
        KEPT("kept"),
        RESUMES("cut, resumes"),
        CLOSED("closed for good"),
        MUTE("mute");

        private final String words;

        Fate(String words) {
            this.words = words;
        }
    }

    /** How the library gets its events. */
    enum Mode {
        STREAMS,
        POLLS
    }

    /** The columns that a run must repeat. */
    List<String> verdicts() {
        return List.of(
                place.kind().title(),
                place.setting().title(),
                plain.words,
                silence.words,
                restart.words,
                library == Mode.STREAMS ? "streams" : "polls",
                Long.toString(lost));
    }

    /** The columns that are of one run. */
    List<String> times() {
        return List.of(seconds(plainFirst), seconds(libraryFirst), seconds(libraryAfterSilence), seconds(libraryBack));
    }

    private static String seconds(OptionalLong millis) {
        return millis.isPresent() ? "%.1f s".formatted(millis.getAsLong() / 1000.0) : "–";
    }
}
