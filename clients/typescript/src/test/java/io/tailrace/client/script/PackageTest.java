package io.tailrace.client.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.browser.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client as it is packed: how large it is, what of it a bundler leaves out, and the types that come with it. */
@Tag("R-91")
class PackageTest {

    /** Bytes of {@code client.js} with gzip: all that a page loads whose stream a worker holds. */
    private static final int MAX_CLIENT = 12_000;

    /** The same of {@code worker.js}: loaded once for a browser, or by a page that shares with nobody. */
    private static final int MAX_WORKER = 8_192;

    /** The same of {@code cursors.js}, for pages that have any. */
    private static final int MAX_CURSORS = 2_048;

    private static final Path BUNDLE = Path.of("target", "classes", "tailrace-client");

    @Test
    void isSmall() throws IOException {
        int client = gzipped(Files.readString(BUNDLE.resolve("client.js")));
        int worker = gzipped(Files.readString(BUNDLE.resolve("worker.js")));
        int cursors = gzipped(Files.readString(BUNDLE.resolve("cursors.js")));
        System.out.printf(
                "client.js %d bytes, worker.js %d bytes, cursors.js %d bytes, with gzip%n", client, worker, cursors);
        assertThat(client).isLessThanOrEqualTo(MAX_CLIENT);
        assertThat(worker).isLessThanOrEqualTo(MAX_WORKER);
        assertThat(cursors).isLessThanOrEqualTo(MAX_CURSORS);
    }

    @Test
    void findsItsOtherHalfBesideItself() throws IOException {
        assertThat(BUNDLE.resolve("client.js"))
                .content()
                .contains("import(\"./worker.js\")", "\"./worker.js\",import.meta.url");
        for (String name : List.of("client.js.map", "worker.js.map")) {
            assertThat(BUNDLE.resolve(name)).content().contains("\"sourcesContent\"");
        }
    }

    @Test
    void whoUsesOnlyTheConnectionGetsNothingElse(@TempDir Path directory) throws Exception {
        int connection = bundled("openLink", directory);
        int all = bundled("connect", directory);
        int error = bundled("Refused", directory);
        System.out.println("openLink " + connection + " bytes, connect " + all + " bytes, Refused " + error + " bytes");
        assertThat(connection).isLessThan(all * 6 / 10);
        assertThat(error).isLessThan(500);
        assertThat(BUNDLE.resolve("client.js")).content().doesNotContain("bufferedAmount");
    }

    @Test
    void hasTypesThatHoldWithoutTheSources(@TempDir Path directory) throws Exception {
        String compiler = Node.typeChecker(directory);
        Node.run(List.of(compiler, "--project", "tsconfig.dist.json"));
        Node.run(List.of(compiler, "--project", "src/test/consumer/tsconfig.json"));
    }

    @Test
    void runsAsItIsPacked(@TempDir Path directory) throws Exception {
        Node.run(List.of(Node.typeChecker(directory), "--project", "tsconfig.dist.json"));
        Files.copy(Path.of("package.json"), Path.of("target/npm/package.json"), StandardCopyOption.REPLACE_EXISTING);
        String script = "import { openLink } from '"
                + Path.of("target/npm/dist/index.js").toUri() + "';"
                + "const link = openLink({ url: 'http://127.0.0.1:9', token: 't' });"
                + "link.connection.subscribe(({ name }) => { if (name === 'offline') { console.log(name); process.exit(); } });"
                + "link.follow('chat:a', {}, 'now');";
        Node.run(List.of("--input-type=module", "--eval", script));
    }

    /** Bytes, without gzip, of what a bundler makes of one import, beside what holds streams. */
    private static int bundled(String name, Path directory) throws IOException, InterruptedException {
        Path entry = directory.resolve(name + ".ts");
        Path output = directory.resolve(name + ".js");
        Files.writeString(
                entry,
                "export { " + name + " } from '" + Path.of("src/index.ts").toAbsolutePath() + "';");
        var process = new ProcessBuilder(
                        esbuild().toString(),
                        entry.toString(),
                        "--bundle",
                        "--minify",
                        "--format=esm",
                        "--external:./worker.ts",
                        "--outfile=" + output,
                        "--log-level=warning")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        return (int) Files.size(output);
    }

    private static Path esbuild() throws IOException {
        try (var files = Files.walk(Path.of("target", "esbuild"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("esbuild(\\.exe)?"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** As a server sends it: the comment that leads to the source map is for who looks into it. */
    private static int gzipped(String script) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(script.replaceAll("(?m)^//# sourceMappingURL=.*\\R?", "").getBytes(StandardCharsets.UTF_8));
        }
        return bytes.size();
    }
}
