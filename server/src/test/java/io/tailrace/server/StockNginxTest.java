package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's nginx with nothing set but {@code proxy_pass}: it speaks HTTP/1.0 to us, buffers what it may, and closes
 * after each answer. Whoever has only that must be served.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockNginxTest {

    private final int port = Ports.free();
    private final HttpClient client = HttpClient.newHttpClient();
    private ServerFixture node;
    private Process nginx;

    @BeforeAll
    void start(@TempDir Path files) throws IOException {
        node = ServerFixture.start();
        var config = files.resolve("nginx.conf");
        Files.writeString(config, """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log %1$s/error.log;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen 127.0.0.1:%2$d;
                location / { proxy_pass http://127.0.0.1:%3$d; }
              }
            }
            """.formatted(files, port, node.port()));
        nginx = new ProcessBuilder("/usr/sbin/nginx", "-c", config.toString(), "-p", files.toString(), "-e", "stderr")
                .redirectErrorStream(true)
                .redirectOutput(files.resolve("said").toFile())
                .start();
        Eventually.eventually(() -> new Socket("127.0.0.1", port).close());
    }

    @AfterAll
    void stop() throws InterruptedException {
        client.close();
        nginx.destroy();
        nginx.waitFor();
        node.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void writesAndReadsPass() throws Exception {
        var written = send(HttpRequest.newBuilder(uri("/v1/channels/chat:n/events"))
                .header("Authorization", "Bearer " + node.token("u1"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "k1")
                .POST(BodyPublishers.ofString("{\"type\":\"m\",\"data\":\"hello\"}")));
        assertThat(written.statusCode()).as(written.body()).isEqualTo(201);
        var read = send(HttpRequest.newBuilder(uri("/v1/channels/chat:n/events?after=0"))
                .header("Authorization", "Bearer " + node.token("u1")));
        assertThat(read.body()).contains("hello");
        assertThat(send(HttpRequest.newBuilder(uri("/nothing"))).body()).contains("/problems/not-found");
        assertThat(send(HttpRequest.newBuilder(uri("/health/ready")).method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void streamsFlowAndResume() {
        var token = node.token("u1");
        try (var stream = SseReader.open(uri("/v1/stream?channel=chat:s@0"), token)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.named("open").id()).isEqualTo("0");
            node.append("chat:s", "{\"type\":\"m\",\"data\":1}", token);
            assertThat(stream.events(1).getFirst().id()).isEqualTo("1");
        }
        node.append("chat:s", "{\"type\":\"m\",\"data\":2}", token);
        try (var stream = SseReader.open(uri("/v1/stream?channel=chat:s"), token, "Last-Event-ID", "1")) {
            assertThat(stream.events(1).getFirst().id()).isEqualTo("2");
        }
    }

    @Test
    void compressedStreamsFlowToo() {
        var token = node.token("u1");
        var asked = uri("/v1/stream?channel=chat:z@0&gzip=1&padding=2048&flush_ms=50");
        try (var stream = SseReader.open(asked, token, "Accept-Encoding", "gzip")) {
            assertThat(stream.header("content-encoding")).contains("gzip");
            assertThat(stream.named("open").data()).contains("\"gzip\":true");
            for (int i = 1; i <= 3; i++) {
                node.append("chat:z", "{\"type\":\"m\",\"data\":" + i + "}", token);
                assertThat(stream.events(1).getFirst().id()).isEqualTo(String.valueOf(i));
            }
        }
    }
}
