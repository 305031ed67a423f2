package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The TypeScript SDK: compiled as its package says, then tried by {@code typescript/test}. */
@Tag("R-91")
@ExtendWith(LiveServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypeScriptSdkIT {

    private static final Path SDK = Workshop.sdk("typescript");

    private final Live live;
    private final Workshop workshop;

    TypeScriptSdkIT(Live live) throws IOException {
        this.live = live;
        this.workshop = Workshop.of("typescript");
    }

    @BeforeAll
    void compile() throws Exception {
        workshop.run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        for (String project : new String[] {"tsconfig.json", "tsconfig.esm.json"}) {
            tsc(SDK.resolve(project).toString(), "--strict");
        }
        var link = workshop.path("node_modules/@tailrace/sdk");
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, SDK);
    }

    private void tsc(String project, String... options) throws Exception {
        var command = new ArrayList<>(List.of("node", "node_modules/typescript/bin/tsc", "-p", project));
        command.addAll(List.of(options));
        workshop.run(Map.of(), command);
    }

    @Test
    void behavesAsItsTestsSay() throws Exception {
        tsc(".");

        var said = workshop.run(live.environment(), "node", "--test", "--test-reporter=tap", "out/sdk.test.js");

        System.out.println(said);
        assertThat(said).contains("# pass 13").contains("# fail 0").contains("# skipped 0");
    }
}
