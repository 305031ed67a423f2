package io.tailrace.field.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Pages of {@code src/test/page}, bundled by the esbuild that the client's module unpacks, with React from its jars. A
 * browser finds them at a node's origin, also when it has no network: a page is there, what it asks for is not.
 */
final class Pages {

    private static final Path CLIENT = Path.of("..", "typescript");
    private static final Path MODULES = Path.of("target", "modules");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Pages() {}

    /** Has the pages of a browser context find this one at {@code /page.html} of any origin. */
    static void serve(BrowserContext context, String name) {
        String script = bundle(name);
        context.route(
                "**/page.html",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/html")
                        .setBody(
                                "<!doctype html><meta charset=utf-8><script type=module src=page.js></script><body>")));
        context.route(
                "**/page.js",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/javascript")
                        .setBody(script)));
    }

    private static synchronized String bundle(String name) {
        for (String module : List.of("react", "react-dom", "scheduler")) {
            unpack(module, module);
        }
        Path source = Path.of("src", "test", "page", name + ".ts");
        Path output = Path.of("target", "pages", name + ".js");
        var builder = new ProcessBuilder(
                        esbuild().toString(),
                        source.toString(),
                        "--bundle",
                        "--format=esm",
                        "--outfile=" + output,
                        "--define:process.env.NODE_ENV=\"production\"",
                        "--alias:@tailrace/client=./" + CLIENT.resolve("src/index.ts"),
                        "--alias:@tailrace/react=./" + CLIENT.resolve("react/index.ts"),
                        "--tsconfig-raw={}", // whose paths lead to types
                        "--log-level=warning")
                .redirectErrorStream(true);
        builder.environment().put("NODE_PATH", MODULES.toAbsolutePath().toString());
        try {
            var process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path esbuild() {
        try (var files = Files.walk(CLIENT.resolve("target/esbuild"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("esbuild(\\.exe)?"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("clients/typescript has to be built first"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the one version of a module out of its jar to {@code target/modules}, and answers where it is. */
    static synchronized Path unpack(String jarred, String module) {
        Path directory = MODULES.resolve(module);
        if (Files.exists(directory)) {
            return directory;
        }
        String root = "META-INF/resources/webjars/" + jarred;
        try {
            URI uri = Objects.requireNonNull(Pages.class.getClassLoader().getResource(root), root)
                    .toURI();
            try (var jar = FileSystems.newFileSystem(uri, Map.of());
                    var versions = Files.list(jar.getPath(root))) {
                copy(versions.findFirst().orElseThrow(), directory);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
