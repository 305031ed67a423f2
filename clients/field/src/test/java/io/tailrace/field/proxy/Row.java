package io.tailrace.field.proxy;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What came of a place. Verdicts are the same in every run; times are not.
 *
 * @param place where
 * @param plain how a browser's EventSource fares
 * @param silence what became of it in the silence
 * @param restart what became of it when the proxy was restarted
 * @param plainFirst milliseconds until the EventSource had its first event; empty: never
 * @param libraries how the client libraries fared
 */
record Row(Place place, Plain plain, Fate silence, Fate restart, OptionalLong plainFirst, List<Fared> libraries) {

    /**
     * How a client library fared.
     *
     * @param mode whether it streams or polls in the end
     * @param first milliseconds until it had its first event
     * @param afterSilence milliseconds until it had the event that ended the silence
     * @param back milliseconds from the proxy's return until it had what was written meanwhile
     * @param lost events that it never had
     */
    record Fared(Mode mode, OptionalLong first, OptionalLong afterSilence, OptionalLong back, long lost) {}

    Row {
        libraries = List.copyOf(libraries);
    }

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
        STREAMS("streams"),
        POLLS("polls");

        private final String words;

        Mode(String words) {
            this.words = words;
        }
    }

    /** The columns that a run must repeat. */
    List<String> verdicts() {
        return List.of(
                place.kind().title(),
                place.setting().title(),
                plain.words,
                silence.words,
                restart.words,
                libraries.stream().map(library -> library.mode.words).distinct().collect(Collectors.joining(", ")),
                Long.toString(libraries.stream().mapToLong(Fared::lost).sum()));
    }

    /** The columns that are of one run. */
    List<String> times() {
        return List.of(seconds(plainFirst), ofEach(Fared::first), ofEach(Fared::afterSilence), ofEach(Fared::back));
    }

    private String ofEach(Function<Fared, OptionalLong> millis) {
        return libraries.stream().map(millis).map(Row::seconds).collect(Collectors.joining(", "));
    }

    private static String seconds(OptionalLong millis) {
        return millis.isPresent() ? "%.1f s".formatted(millis.getAsLong() / 1000.0) : "–";
    }
}
