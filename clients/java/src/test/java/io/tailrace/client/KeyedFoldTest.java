package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.json.Data;
import io.tailrace.client.json.GsonAdapter;
import io.tailrace.client.queue.QueuedWrite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R-13")
final class KeyedFoldTest {

    private static Event event(long seq, String key, String data, @Nullable String ref) {
        return new Event("board:a", seq, "set", key, ref, new Data(data, new GsonAdapter()), "u", null, Instant.EPOCH);
    }

    private static Write write(String id, String key, String data) {
        return new Write(new QueuedWrite(id, "board:a", "set", data, key, id, null, 0));
    }

    /**
     * A server, one client, and a network that delivers the tail in order with duplicates, and answers whenever it likes,
     * before or after the event, or after a retry only. Once all is settled the client shows what the server has.
     */
    @RepeatedTest(300)
    void agreesWithTheServerWhateverComesFirst(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var server = new TreeMap<String, Event>();
        var log = new ArrayList<Event>();
        var answers = new ArrayList<Runnable>();
        var retries = new ArrayList<Runnable>();
        var fold = new KeyedFold();
        var open = new HashMap<String, Write>();
        int told = 0;
        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(6)) {
                case 0 -> append(server, log, "k" + random.nextInt(4), Integer.toString(step), null);
                case 1 -> {
                    var write = write("w" + step, "k" + random.nextInt(4), Integer.toString(step));
                    fold.added(write);
                    open.put(write.ref(), write);
                    answers.add(() -> decide(random, server, log, fold, write, retries));
                }
                case 2 -> {
                    if (!answers.isEmpty()) {
                        answers.remove(0).run(); // a queue: in order
                    }
                }
                case 3 -> {
                    if (told < log.size()) {
                        tell(fold, open, log.get(told++));
                    }
                }
                case 4 -> {
                    if (told > 0) {
                        tell(fold, open, log.get(random.nextInt(told))); // again
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        told = log.size();
                        fold.snapshot(told, 1, List.copyOf(server.values()));
                    }
                }
            }
        }
        answers.forEach(Runnable::run);
        retries.forEach(Runnable::run);
        while (told < log.size()) {
            tell(fold, open, log.get(told++));
        }
        var shown = new TreeMap<String, Event>();
        for (var key : fold.keys()) {
            var one = Objects.requireNonNull(fold.shown(key));
            assertThat(one.top()).as("nothing is pending").isNull();
            if (one.event() != null) {
                shown.put(key, one.event());
            }
        }
        assertThat(seqs(shown)).isEqualTo(seqs(server));
    }

    private static Map<String, Long> seqs(Map<String, Event> events) {
        var seqs = new TreeMap<String, Long>();
        events.forEach((key, event) -> seqs.put(key, event.seq()));
        return seqs;
    }

    private static Event append(
            Map<String, Event> server, List<Event> log, String key, String data, @Nullable String ref) {
        var event = event(log.size() + 1, key, data, ref);
        server.put(key, event);
        log.add(event);
        return event;
    }

    private static void decide(
            Random random,
            Map<String, Event> server,
            List<Event> log,
            KeyedFold fold,
            Write write,
            List<Runnable> retries) {
        var key = String.valueOf(write.key());
        switch (random.nextInt(4)) {
            case 0 -> fold.settled(write, new Outcome.Conflict(server.get(key)));
            case 1 -> fold.settled(write, new Outcome.Refused(Problem.of(422, "no")));
            case 2 -> { // the answer is lost: its event settles it, or the same key tried again
                var event = append(server, log, key, write.data(), write.ref());
                retries.add(() -> fold.settled(write, new Outcome.Committed(event)));
            }
            default -> fold.settled(write, new Outcome.Committed(append(server, log, key, write.data(), write.ref())));
        }
    }

    /** As the queue does: an own event settles its write before it is applied. */
    private static void tell(KeyedFold fold, Map<String, Write> open, Event event) {
        var own = event.ref() == null ? null : open.get(event.ref());
        if (own != null) {
            fold.settled(own, new Outcome.Committed(event));
        }
        fold.event(event);
    }

    @Test
    void showsAnOwnWriteAtOnceAndTakesItBackWhenItLost() {
        var fold = new KeyedFold();
        fold.snapshot(1, 1, List.of(event(1, "k", "1", null)));
        var write = write("w", "k", "2");
        fold.added(write);
        assertThat(shown(fold).top()).isSameAs(write);

        fold.settled(write, new Outcome.Conflict(event(2, "k", "3", null)));
        var lost = shown(fold);
        assertThat(lost.top()).isNull();
        assertThat(lost.event()).extracting(Event::seq).isEqualTo(2L);
        assertThat(lost.lost()).isInstanceOf(Outcome.Conflict.class);

        fold.dismiss("k");
        assertThat(shown(fold).lost()).isNull();
    }

    @Test
    void twoOwnWritesFallBackOneByOne() {
        var fold = new KeyedFold();
        var first = write("w1", "k", "1");
        var second = write("w2", "k", "2");
        fold.added(first);
        fold.added(second);
        fold.settled(second, new Outcome.Refused(Problem.of(422, "no")));
        assertThat(shown(fold).top()).isSameAs(first);
        fold.settled(first, new Outcome.Committed(event(7, "k", "1", "w1")));
        assertThat(shown(fold).top()).isNull();
        assertThat(shown(fold).event()).extracting(Event::seq).isEqualTo(7L);
    }

    @Test
    void whatARestoredLogNoLongerHasIsForgotten() {
        var fold = new KeyedFold();
        fold.snapshot(5, 1, List.of(event(5, "k", "5", null)));
        fold.event(event(9, "gone", "9", null));
        fold.snapshot(5, 2, List.of(event(5, "k", "5", null)));
        assertThat(fold.keys()).containsExactly("k");
        assertThat(fold.seq()).isEqualTo(5);
    }

    @Test
    void aReceiptAheadOfTheSnapshotStays() {
        var fold = new KeyedFold();
        fold.snapshot(5, 1, List.of());
        var write = write("w", "k", "9");
        fold.added(write);
        fold.settled(write, new Outcome.Committed(event(9, "k", "9", "w")));
        fold.snapshot(7, 1, List.of());
        assertThat(shown(fold).event()).extracting(Event::seq).isEqualTo(9L);
    }

    private static KeyedFold.Shown shown(KeyedFold fold) {
        return Objects.requireNonNull(fold.shown("k"));
    }
}
