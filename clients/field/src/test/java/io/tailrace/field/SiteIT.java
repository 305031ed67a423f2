package io.tailrace.field;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the other tests stand on. */
@ExtendWith(Stage.class)
class SiteIT {

    @Test
    void takesEventsAndRunsScriptsThatReadThem(Site site, @TempDir Path directory) throws Exception {
        var channel = site.channel("chat");
        assertThat(site.author().write(channel, "1")).isEqualTo(1);
        site.author().writeNumbers(channel, 2, 120);
        var script = Files.writeString(directory.resolve("read.ts"), """
                type Page = { events: { seq: number }[] };
                const { ORIGIN, CHANNEL, TOKEN } = process.env;
                const answer = await fetch(`${ORIGIN}/v1/channels/${CHANNEL}/events?after=115`, {
                  headers: { Authorization: `Bearer ${TOKEN}` },
                });
                const page: Page = await answer.json();
                for (const event of page.events) console.log(event.seq);
                """);

        try (var program = Program.node(
                directory,
                Map.of("ORIGIN", site.node(0).origin().toString(), "CHANNEL", channel, "TOKEN", site.token("u")),
                script.toString())) {
            eventually(() -> assertThat(program.lines())
                    .as(program.errors())
                    .containsExactly("116", "117", "118", "119", "120"));
        }
    }
}
