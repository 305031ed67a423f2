package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The API pages of {@code @tailrace/client}, the client written by hand: {@code target/pages/client/index.html}. */
class ClientPagesIT {

    private static final Path PAGES = Path.of("target", "pages", "client");

    @Test
    void tellWhatAnApplicationCalls() throws Exception {
        var workshop = Workshop.of("pages");
        workshop.run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");

        System.out.println(workshop.run(Map.of(), "node", "node_modules/typedoc/bin/typedoc"));

        assertThat(PAGES.resolve("index.html")).exists();
        assertThat(PAGES.resolve("functions/connect.html")).content().contains("ConnectOptions");
    }
}
