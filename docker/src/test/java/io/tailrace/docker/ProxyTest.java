package io.tailrace.docker;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tailrace.docker.Proxy.Kind;
import io.tailrace.testkit.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What our proxy files promise, asked of the real proxies. */
@Tag("R-51")
@Tag("R-53")
class ProxyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final String WRITE = "/v1/channels/board:1/events";
    private static final String NO_WRITE = "/v1/revocations";

    private final Path directory;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int first = Ports.free();
    private final int second = Ports.free();

    ProxyTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void hangUp() {
        client.shutdownNow();
    }

    private static HttpRequest.Builder request(Proxy proxy, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> get(Proxy proxy, String path) throws Exception {
        return client.send(
                request(proxy, path).header("Origin", "https://app.example").build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource
    void passesFramesOnAsTheyCome(Kind kind) throws Exception {
        var seen = new CountDownLatch(1);
        try (var node = Node.on(first, exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    var body = exchange.getResponseBody();
                    body.write("data: one\n\n".getBytes(StandardCharsets.UTF_8));
                    body.flush();
                    await(seen);
                    body.write("data: two\n\n".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
                var proxy = Proxy.start(kind, directory, first, second)) {
            var answer = eventuallyFrom(proxy);

            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).isEqualTo("data: one");
                seen.countDown();
                assertThat(lines.lines().toList()).containsExactly("", "data: two", "");
            }
            assertThat(node).isNotNull();
        }
    }

    /** A proxy may take a moment to find out which node is there. */
    private HttpResponse<InputStream> eventuallyFrom(Proxy proxy) throws Exception {
        while (true) {
            var answer = client.send(
                    request(proxy, "/v1/stream?channel=a&ticket=secret").build(), BodyHandlers.ofInputStream());
            if (answer.headers().firstValue("Access-Control-Allow-Credentials").isEmpty()) {
                return answer;
            }
            answer.body().close();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the first frame never came through");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Squid can only refuse: the page about proxies says what that means. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQUID")
    void answersAStreamKindlyWhenNoNodeIsThere(Kind kind) throws Exception {
        try (var proxy = Proxy.start(kind, directory, first, second)) {
            var retries = new HashSet<String>();
            for (int i = 0; i < 20; i++) {
                var answer = get(proxy, "/v1/stream?channel=a");
                assertKind(answer);
                retries.add(answer.body());
            }
            assertThat(retries).as("they do not all come back at once").hasSizeGreaterThan(2);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQUID")
    void turnsARefusalByANodeIntoTheSame(Kind kind) throws Exception {
        try (var node = Node.on(first, exchange -> Node.answer(exchange, 503, "application/problem+json", "{}"));
                var other = Node.on(second, exchange -> Node.answer(exchange, 503, "application/problem+json", "{}"));
                var proxy = Proxy.start(kind, directory, first, second)) {
            assertKind(get(proxy, "/v1/stream?channel=a"));
            assertThat(node).isNotSameAs(other);
        }
    }

    private static void assertKind(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store, no-transform");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://app.example");
        assertThat(answer.body()).matches("retry: [1-5][0-9]{3}\n\n");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQUID")
    void tellsPollsAndCallsThatNoNodeIsThere(Kind kind) throws Exception {
        try (var proxy = Proxy.start(kind, directory, first, second)) {
            for (var path : new String[] {"/v1/stream?channel=a&wait=25", "/v1/channels/a/events"}) {
                var answer = get(proxy, path);
                assertThat(answer.statusCode()).as(path).isEqualTo(503);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
                assertThat(answer.body()).contains("\"status\":503");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesOnWhenAPollIsToComeAgain(Kind kind) throws Exception {
        HttpHandler putsOff = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            Node.answer(exchange, 503, "application/problem+json", "{}");
        };
        try (var node = Node.on(first, putsOff);
                var other = Node.on(second, putsOff);
                var proxy = Proxy.start(kind, directory, first, second)) {
            eventually(PATIENCE, () -> {
                var answer = get(proxy, "/v1/stream?channel=a&wait=25");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
            });
            assertThat(node).isNotSameAs(other);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"APACHE", "SQUID"})
    void repeatsAWriteOnAnotherNodeAndNothingElse(Kind kind) throws Exception {
        var statuses = statusesBesideADyingNode(kind);
        assertThat(statuses.get(WRITE)).isEqualTo(201);
        assertThat(statuses.get(NO_WRITE)).isNotEqualTo(201);
    }

    /** What cannot repeat only some requests must repeat none: a client that has no answer asks again by itself. */
    @ParameterizedTest
    @EnumSource(names = {"APACHE", "SQUID"})
    void repeatsNothing(Kind kind) throws Exception {
        assertThat(statusesBesideADyingNode(kind).values()).doesNotContain(201);
    }

    /** The statuses of a write and of something else, of each of which one of two nodes dies. */
    private Map<String, Integer> statusesBesideADyingNode(Kind kind) throws Exception {
        var dying = new AtomicInteger();
        var statuses = new HashMap<String, Integer>();
        try (var one = Node.on(first, exchange -> dieOrAnswer(dying, exchange));
                var two = Node.on(second, exchange -> dieOrAnswer(dying, exchange));
                var proxy = Proxy.start(kind, directory, first, second)) {
            for (var path : List.of(WRITE, NO_WRITE)) {
                eventually(PATIENCE, () -> assertThat(post(proxy, "/v1/writes")).isEqualTo(201));
                dying.set(1);
                statuses.put(path, post(proxy, path));
                assertThat(dying).as("one node has died of it").hasValue(0);
            }
            assertThat(one).isNotSameAs(two);
        }
        return statuses;
    }

    /** A node that is killed between reading a request and answering it. */
    private static void dieOrAnswer(AtomicInteger dying, HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (dying.getAndUpdate(deaths -> Math.max(0, deaths - 1)) > 0) {
            exchange.close();
        } else {
            Node.answer(exchange, 201, "application/json", "{}");
        }
    }

    /** The status; 0 when the proxy hangs up, as HAProxy does where the node did. */
    private int post(Proxy proxy, String path) throws Exception {
        var write = request(proxy, path)
                .header("Idempotency-Key", "k")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try {
            return client.send(write, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Varnish writes no log by itself. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VARNISH")
    void keepsTicketsOutOfItsLog(Kind kind) throws Exception {
        try (var proxy = Proxy.start(kind, directory, first, second)) {
            get(proxy, "/v1/stream?channel=a&ticket=secret");

            eventually(() -> assertThat(proxy.log()).containsPattern("GET \\S*/v1/stream"));
            assertThat(proxy.log()).doesNotContain("secret");
        }
    }
}
