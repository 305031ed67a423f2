package io.tailrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

final class ResultFilesTest {

    private static final List<String> ORDER = List.of("fanout", "storm");

    @Test
    void thePageHasMediansSpreadRatiosAndWhatFailed(@TempDir Path directory) throws IOException {
        var absent = new Round("row", "centrifugo", 1, Map.of(), null, "centrifugo is not installed");
        var failed = new Round("row", "node", 1, Map.of(), "an event came twice", null);
        var results = GoalTest.results(
                GoalTest.ours(1, 3.0),
                GoalTest.ours(2, 2.0),
                GoalTest.ours(3, 8.0),
                GoalTest.theirs(1, 2.0),
                absent,
                failed);

        new ResultFiles(directory).write(results, ORDER);

        assertThat(directory.resolve("README.md"))
                .content()
                .contains("| row | tailrace | 3.00 (2.00–8.00) |")
                .contains("| row | ms | ≤ 1 × nchan | 1.50 × | **not met** |")
                .contains("- row, centrifugo, round 1: absent, centrifugo is not installed")
                .contains("- row, node, round 1: **failed**, an event came twice")
                .contains("2 cores");
    }

    @Test
    void earlierScenariosStayOnThePage(@TempDir Path directory) throws IOException {
        var files = new ResultFiles(directory);
        files.write(GoalTest.results(GoalTest.ours(1, 3.0)), ORDER);
        var storm = Files.readString(directory.resolve("storm.json"));
        Files.writeString(directory.resolve("fanout.json"), storm.replace("\"storm\"", "\"fanout\""));

        files.write(GoalTest.results(GoalTest.ours(1, 3.0)), ORDER);

        assertThat(directory.resolve("README.md"))
                .content()
                .contains("## fanout")
                .contains("## storm");
    }

    @Test
    void thePlotIsXmlWithABarForEachServer() throws Exception {
        var svg = Svg.plot(GoalTest.results(GoalTest.ours(1, 3.0), GoalTest.theirs(1, 2.0)));

        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("line").getLength()).isEqualTo(2);
    }
}
