package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.log.Receipts.Read;
import io.tailrace.log.Receipts.Receipt;
import io.tailrace.log.Writes;
import io.tailrace.testkit.PostgresServer.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How far users have read. */
@ParameterizedClass
@EnumSource(Version.class)
@Tag("R-32")
class ReceiptsTest extends OnPostgres {

    private static Read read(String channel, String user, long seq) {
        return new Read(id(channel), user, seq);
    }

    private static void fill(String channel, int events) {
        append(IntStream.range(0, events)
                .mapToObj(i -> Writes.to(channel).append())
                .toList());
    }

    private static List<String> told(List<Receipt> receipts) {
        return receipts.stream().map(each -> each.user() + "@" + each.seq()).toList();
    }

    @Test
    void aMarkerMovesForwardAndNeverBack() {
        String channel = channel();
        fill(channel, 5);
        assertThat(told(log.receipts().advance(List.of(read(channel, "ada", 3)))))
                .containsExactly("ada@3");
        assertThat(log.receipts().advance(List.of(read(channel, "ada", 2)))).isEmpty();
        assertThat(log.receipts().advance(List.of(read(channel, "ada", 3)))).isEmpty();
        assertThat(told(log.receipts().advance(List.of(read(channel, "ada", 4)))))
                .containsExactly("ada@4");
        assertThat(told(log.receipts().page(id(channel), "", 10))).containsExactly("ada@4");
    }

    @Test
    void noMarkerGoesPastTheHeadAndNoneIsMadeWhereThereIsNoChannel() {
        String channel = channel();
        fill(channel, 2);
        assertThat(told(log.receipts()
                        .advance(List.of(read(channel, "ada", Long.MAX_VALUE), read("board:none", "ada", 1)))))
                .containsExactly("ada@2");
        assertThat(log.receipts().page(id("board:none"), "", 10)).isEmpty();
    }

    @Test
    void pagesGoByUserInTheOrderOfCodePoints() {
        String channel = channel();
        fill(channel, 1);
        var users = List.of("Zoe", "ada", "bob", "zoe", "ähm", "\uD83D\uDE00");
        var reads = new ArrayList<>(
                users.stream().map(user -> read(channel, user, 1)).toList());
        Collections.shuffle(reads, new java.util.Random(1));
        log.receipts().advance(reads);
        assertThat(log.receipts().page(id(channel), "", 10))
                .extracting(Receipt::user)
                .containsExactlyElementsOf(users);
        assertThat(log.receipts().page(id(channel), "bob", 2))
                .extracting(Receipt::user)
                .containsExactly("zoe", "ähm");
        assertThatThrownBy(() -> log.receipts().page(id(channel), "", 1_001))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nodesThatMoveTheSameMarkersAtOnceEndWithTheFurthest() throws Exception {
        String channel = channel();
        fill(channel, 50);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 8)
                    .mapToObj(thread -> threads.submit(() -> {
                        for (int seq = 1; seq <= 50; seq++) {
                            var reads = new ArrayList<Read>();
                            for (int user = 0; user < 20; user++) {
                                reads.add(read(channel, "user-" + user, seq));
                            }
                            Collections.shuffle(reads);
                            log.receipts().advance(reads);
                        }
                    }))
                    .toList();
            for (var each : all) {
                each.get();
            }
        }
        assertThat(log.receipts().page(id(channel), "", 100))
                .hasSize(20)
                .allSatisfy(receipt -> assertThat(receipt.seq()).isEqualTo(50));
    }

    @Test
    void aChannelThatIsDeletedTakesItsMarkersAlong() {
        String channel = channel();
        fill(channel, 2);
        log.receipts().advance(List.of(read(channel, "ada", 2)));
        log.channels().delete(id(channel), BY);
        assertThat(log.receipts().page(id(channel), "", 10)).isEmpty();
        fill(channel, 1);
        assertThat(log.receipts().page(id(channel), "", 10)).isEmpty();
        assertThat(told(log.receipts().advance(List.of(read(channel, "ada", 1)))))
                .containsExactly("ada@1");
        log.retention().sweep();
        assertThat(database.all()
                        .<Long>one(
                                "SELECT count(*) FROM tailrace.receipt r WHERE NOT EXISTS"
                                        + " (SELECT FROM tailrace.channel c WHERE c.id = r.channel)",
                                row -> row.getLong(1)))
                .isZero();
    }
}
