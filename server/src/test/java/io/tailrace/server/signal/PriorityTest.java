package io.tailrace.server.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The policy as a table: what is posted, what a reader that looks only then is given, and what it is told to have missed.
 * Words are {@code priority:name}, {@code t}yping, {@code p}resence, {@code r}eceipt or {@code o}ther; {@code *} stands
 * before a notice of 100 KB, {@code =} before one that nothing replaces, {@code 5s} lets time pass.
 */
@Tag("R-40")
@Tag("R-41")
class PriorityTest {

    private final AtomicLong now = new AtomicLong();
    private final Noticeboard board = new Noticeboard(now::get, () -> 1);
    private final NoticeReader reader = new NoticeReader(board, () -> {}, gone -> {}, () -> {});

    @ParameterizedTest(name = "{0} -> {1} dropped {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                // the last to drop is served first
                "t:a r:a o:a, o:a r:a t:a, -",
                "t:a t:b o:b o:a, o:b o:a t:a t:b, -",
                // a newer one about the same thing replaces the older one
                "t:a t:a t:a, t:a, -",
                "t:a | t:a | t:a, t:a, typing=2",
                "r:a | r:b | r:a, r:b r:a, receipt=1",
                // but not what stands for itself
                "=o:a | =o:a | =o:a, o:a o:a o:a, -",
                // past the bound the first to drop give way, the oldest first
                "*t:a *t:b *t:c, t:b t:c, typing=1",
                "*t:a *o:b *o:c, o:b o:c, typing=1",
                "*o:a *t:b *r:c, o:a r:c, typing=1",
                "*r:a *r:b *o:c, r:b o:c, receipt=1",
                "*o:a *o:b *o:c *t:d, o:b o:c, other=1 typing=1",
                // time takes what is of the moment
                "t:a o:a | 5s, o:a, typing=1",
                "t:a o:a r:a | 30s, -, typing=1 receipt=1 other=1",
                "t:a 4s t:a | 4s, t:a, -",
            })
    void servesAndDrops(String posted, String given, String dropped) {
        for (String word : posted.split(" ")) {
            if (word.equals("|")) {
                board.publish();
            } else if (word.endsWith("s")) {
                now.addAndGet(Duration.ofSeconds(Long.parseLong(word.substring(0, word.length() - 1)))
                        .toNanos());
                board.expire();
            } else {
                board.post(notice(word));
            }
        }
        board.publish();
        var names = new ArrayList<String>();
        var drops = new Drops();
        assertThat(reader.take(notice -> names.add(notice.event()), Integer.MAX_VALUE, drops))
                .isTrue();
        assertThat(names).containsExactlyInAnyOrderElementsOf(words(given));
        assertThat(drops.take().entrySet().stream().map(Object::toString).toList())
                .containsExactlyInAnyOrderElementsOf(words(dropped));
        if (given != null && !given.contains("r:b o:c")) {
            assertThat(names).containsExactlyElementsOf(words(given));
        }
        assertThat(board.bytes()).isLessThanOrEqualTo(Priority.BOARD_BYTES);
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" "));
    }

    private static Notice notice(String word) {
        boolean large = word.startsWith("*");
        boolean alone = word.startsWith("=");
        String name = word.substring(word.indexOf(':') - 1);
        var priority =
                switch (name.charAt(0)) {
                    case 't' -> Priority.TYPING;
                    case 'p' -> Priority.PRESENCE;
                    case 'r' -> Priority.RECEIPT;
                    default -> Priority.OTHER;
                };
        byte[] json = (large ? "\"" + "x".repeat(100_000) + "\"" : "{}").getBytes(StandardCharsets.US_ASCII);
        return Notice.of(priority, alone ? null : name, 0, name, json);
    }
}
