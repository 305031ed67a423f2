package io.tailrace.client.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.browser.Node;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code @tailrace/react} as it is packed; what it does is tried in a browser, by the field tests. */
class ReactTest {

    /** Where {@code react/tsconfig.json} looks. */
    private static final Path MODULES = Path.of("target", "modules");

    private static String compiler(Path directory) throws Exception {
        Node.unpack("types__react", MODULES.resolve("@types/react"));
        Node.unpack("csstype", MODULES.resolve("csstype"));
        return Node.typeChecker(directory);
    }

    @Test
    void keepsToItsTypes(@TempDir Path directory) throws Exception {
        Node.run(List.of(compiler(directory), "--project", "react/tsconfig.json"));
    }

    @Test
    void isPackedAgainstTheClientAsItIsPacked(@TempDir Path directory) throws Exception {
        String compiler = compiler(directory);
        Node.run(List.of(compiler, "--project", "tsconfig.dist.json"));
        Node.run(List.of(compiler, "--project", "react/tsconfig.dist.json"));
        Path packed = Path.of("target", "npm-react", "dist");
        assertThat(packed.resolve("index.d.ts")).content().contains("from '@tailrace/client'", "useKeyed");
        assertThat(packed.resolve("index.js"))
                .content()
                .contains("from 'react'")
                .doesNotContain("@tailrace/client';");
    }
}
