package io.tailrace.field.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.testkit.browser.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every proxy in every setting, with a browser's EventSource and with the client libraries behind it. Takes five
 * minutes, of which three are silence. {@code -Dtailrace.field.silence=10} makes that ten seconds, whose verdicts say
 * less; {@code -Dtailrace.field.write} puts the table of this run into the page.
 */
@ExtendWith(Stage.class)
@Order(1)
@Tag("R-20")
@Tag("R-25")
@Tag("R-54")
class ProxyMatrixIT {

    private static final int USUAL_SILENCE = 180;
    private static final int SILENCE = Integer.getInteger("tailrace.field.silence", USUAL_SILENCE);

    @TestFactory
    Stream<DynamicTest> nothingIsLostBehindAnyProxy(Site site, Chromium chromium, @TempDir Path directory)
            throws Exception {
        try (var matrix = new Matrix(site, chromium, directory, Duration.ofSeconds(SILENCE))) {
            var rows = matrix.run();
            var table = Table.of(rows);
            System.out.println(table);
            Files.writeString(Files.createDirectories(Path.of("target")).resolve("proxies.md"), table);
            var tests = IntStream.range(0, rows.size())
                    .mapToObj(i -> test(rows.get(i), matrix))
                    .toList();
            return Stream.concat(tests.stream(), Stream.of(page(table)));
        }
    }

    private static DynamicTest test(Row row, Matrix matrix) {
        var all = LongStream.rangeClosed(1, 5).boxed().toList();
        var plain = matrix.plain(row.place());
        var seqs = new LinkedHashMap<String, List<Long>>();
        var said = new LinkedHashMap<String, String>();
        for (var library : matrix.libraries()) {
            seqs.put(library.title(), library.arrivals(row.place()).seqs());
            said.put(library.title(), library.said(row.place()));
        }
        return DynamicTest.dynamicTest(row.place().toString(), () -> {
            seqs.forEach((title, library) ->
                    assertThat(library).as("%s: %s", title, said.get(title)).isEqualTo(all));
            assertThat(plain)
                    .as("what an EventSource gets, it gets once and in order")
                    .isEqualTo(all.subList(0, plain.size()));
            assertThat(row.libraries()).extracting(Row.Fared::lost).containsOnly(0L);
        });
    }

    private static DynamicTest page(String table) {
        return DynamicTest.dynamicTest("the page shows what came of it", () -> {
            if (Boolean.getBoolean("tailrace.field.write")) {
                Page.put(table);
            }
            if (SILENCE == USUAL_SILENCE) {
                assertThat(Table.verdicts(table)).isEqualTo(Table.verdicts(Page.table()));
            }
        });
    }
}
