package io.tailrace.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerFixture;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The board as the server serves it. */
@Tag("R-90")
class BoardPagesTest {

    private static final String OTHER_NODE = "http://127.0.0.1:9999";
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"(assets/[^\"]+)\"");

    private static ServerFixture node;

    @BeforeAll
    static void start() {
        node = ServerFixture.start(Map.of("TAILRACE_ALLOWED_ORIGINS", OTHER_NODE));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void thePageIsRevalidatedEveryTime() {
        var page = node.get("/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(page, "Content-Type")).startsWith("text/html");
        var again = node.get("/", "", "If-None-Match", header(page, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void theServiceWorkerIsOfThePagesVersionAndRevalidatedToo() {
        var shell = node.get("/shell.js", "");
        assertThat(shell.statusCode()).isEqualTo(200);
        assertThat(header(shell, "Content-Type")).startsWith("text/javascript");
        assertThat(header(shell, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(shell, "Content-Security-Policy")).contains("connect-src 'self'");
        assertThat(shell.body()).contains(addresses());
        assertThat(node.get("/shell.js", "", "If-None-Match", header(shell, "ETag"))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void thePageMayLoadOnlyOurOwnAndCallOnlyNodesThatAreAllowed() {
        assertThat(header(node.get("/", ""), "Content-Security-Policy"))
                .startsWith("default-src 'self'; connect-src 'self' " + OTHER_NODE + " "
                        + OTHER_NODE.replace("http", "ws") + ";")
                .doesNotContain("unsafe");
    }

    @Test
    void whatThePageNamesMayBeKeptForEver() {
        var names = addresses();
        assertThat(names).hasSizeGreaterThan(5);
        for (String name : names) {
            var asset = node.get("/" + name, "");
            assertThat(asset.statusCode()).as(name).isEqualTo(200);
            assertThat(header(asset, "Cache-Control")).contains("immutable", "max-age=31536000");
            assertThat(header(asset, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(asset, "Content-Type"))
                    .startsWith(
                            name.endsWith(".js")
                                    ? "text/javascript"
                                    : name.endsWith(".css") ? "text/css" : "image/svg");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/0123456789abcdef/main.js",
                "/assets/0123456789abcdef/..%2f..%2findex.html",
                "/assets/..%2f..%2f/application.yaml",
                "/assets/x/main.js",
                "/index.html.bak"
            })
    void nothingElseIsServed(String path) {
        var answer = node.get(path, "");
        assertThat(answer.statusCode()).isIn(400, 404);
    }

    private static List<String> addresses() {
        return ADDRESS.matcher(node.get("/", "").body())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
