package io.tailrace.client.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.browser.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that the README shows, put together, keeps to the types. */
class ReadmeTest {

    private static final Pattern CODE = Pattern.compile("(?ms)^```ts$(.*?)^```$");
    private static final Path MODULES = Path.of("target", "modules");

    @Test
    void showsCodeThatCompiles(@TempDir Path directory) throws Exception {
        String shown = CODE.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .collect(Collectors.joining());
        assertThat(shown).contains("connect(", "useKeyed");
        Path target = Files.createDirectories(Path.of("target", "readme"));
        Files.writeString(target.resolve("readme.ts"), shown);
        Files.writeString(target.resolve("tsconfig.json"), """
                {
                  "extends": "../../react/tsconfig.json",
                  "compilerOptions": {
                    "baseUrl": "../..",
                    "paths": {
                      "@tailrace/client": ["./src/index.ts"],
                      "@tailrace/client/cursors": ["./src/cursors.ts"],
                      "@tailrace/react": ["./react/index.ts"],
                      "react": ["./target/modules/@types/react"],
                      "csstype": ["./target/modules/csstype"]
                    }
                  },
                  "include": ["readme.ts"]
                }
                """);
        Node.unpack("types__react", MODULES.resolve("@types/react"));
        Node.unpack("csstype", MODULES.resolve("csstype"));
        Node.run(List.of(Node.typeChecker(directory), "--project", "target/readme/tsconfig.json"));
    }
}
