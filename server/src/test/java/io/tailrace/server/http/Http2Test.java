package io.tailrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over TLS, negotiated, by the JDK's client; prior knowledge in plain text by curl. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2Test implements HttpService {

    private ListenerFixture secure;
    private ListenerFixture plain;
    private HttpClient client;

    @BeforeAll
    void start(@TempDir Path files) {
        var certificate = Certificate.make(files);
        secure = new ListenerFixture(
                new HttpOptions(
                        "127.0.0.1",
                        0,
                        0,
                        Set.of(),
                        100,
                        1 << 20,
                        Duration.ofMillis(700),
                        Duration.ofMillis(1_500),
                        certificate.files()),
                this);
        plain = new ListenerFixture(this);
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(certificate.trusting())
                .build();
    }

    @AfterAll
    void stop() {
        client.close();
        secure.close();
        plain.close();
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/hello", (request, response) -> response.send("hello".getBytes(StandardCharsets.US_ASCII)));
        rules.post(
                "/echo",
                (request, response) ->
                        response.send(JsonBody.read(request, Json.class, 65_536).text()));
        rules.get("/slow", (request, response) -> {
            var never = new CountDownLatch(1);
            var out = response.outputStream();
            out.write("a".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(never.await(4, TimeUnit.SECONDS)).isFalse(); // longer than a connection may be idle
            out.write("b".getBytes(StandardCharsets.US_ASCII));
            out.close();
        });
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + secure.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    @Test
    void isNegotiatedOverTls() throws Exception {
        var answer = send(to("/hello"));
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void problemsAndHeadAreAsInHttp1() throws Exception {
        var missing = send(to("/nothing"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("/problems/not-found");
        var head = send(to("/hello").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue("5");
        assertThat(send(to("/nothing").method("HEAD", BodyPublishers.noBody())).statusCode())
                .isEqualTo(404);
    }

    @Test
    void bodyThatStaysAwayIs408() throws Exception {
        var never = BodyPublishers.fromPublisher(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        }));
        var request = to("/echo").header("Content-Type", "application/json").POST(never);
        var late = client.sendAsync(request.build(), BodyHandlers.ofString());
        // The client waits for the end of its own request before it shows an answer; the journal knows.
        Eventually.eventually(() -> assertThat(secure.journal()).anyMatch(line -> line.contains("body-timeout")));
        assertThat(send(to("/hello")).statusCode()).isEqualTo(200);
        late.cancel(true);
    }

    @Test
    void aRequestOutlivesTheIdleTimeout() throws Exception {
        assertThat(send(to("/slow")).body()).isEqualTo("ab");
    }

    @Test
    void priorKnowledgeIsServedInPlainText() throws IOException {
        assertThat(curl("/hello")).isEqualTo("hello 2");
    }

    private String curl(String path) throws IOException {
        var curl = new ProcessBuilder(
                        "curl",
                        "-sS",
                        "--http2-prior-knowledge",
                        "-w",
                        " %{http_version}",
                        "http://127.0.0.1:" + plain.port() + path)
                .redirectErrorStream(true)
                .start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
