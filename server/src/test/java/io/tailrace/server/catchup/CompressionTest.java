package io.tailrace.server.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.catchup.Packing;
import io.tailrace.server.Gunzip;
import io.tailrace.server.ServerFixture;
import io.tailrace.testkit.Eventually;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Catch-up as gzip: history, snapshot and polls, for who takes it and where it pays. */
class CompressionTest {

    private static final String PAGE = "/v1/channels/chat:zip/events?limit=500&epoch=1";
    private static final String SNAPSHOT = "/v1/channels/board:zip/snapshot";
    private static final String POLL = "/v1/stream?channel=chat:zip@0&wait=0";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ServerFixture node;
    private static String token;

    @BeforeAll
    static void start() {
        node = ServerFixture.start(Map.of("TAILRACE_ALLOWED_ORIGINS", "https://app.example"));
        token = node.token("ada");
        for (String channel : List.of("chat:zip", "board:zip")) {
            var items = LongStream.rangeClosed(1, 500)
                    .mapToObj(i -> "{\"idempotency_key\":\"" + channel + i + "\",\"channel\":\"" + channel
                            + "\",\"type\":\"card.moved\",\"key\":\"card:" + i
                            + "\",\"data\":{\"column\":\"doing\",\"n\":"
                            + i + "}}")
                    .toList();
            node.post("/v1/writes", "{\"writes\":[" + String.join(",", items) + "]}", token);
        }
        node.append("chat:little", "{\"type\":\"t\",\"data\":1}", token);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(node.uri(path)).header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String all(HttpResponse<byte[]> answer, String header) {
        return String.join(", ", answer.headers().allValues(header));
    }

    private static String unpacked(byte[] body) {
        var gunzip = new Gunzip();
        var text = new String(gunzip.more(body), StandardCharsets.UTF_8);
        assertThat(gunzip.whole()).isTrue();
        return text;
    }

    @ParameterizedTest
    @ValueSource(strings = {PAGE, SNAPSHOT, POLL})
    void isTheSameInAFractionOfTheBytes(String path) throws Exception {
        var plain = get(path);
        var packed = get(path, "Accept-Encoding", "gzip, deflate, br");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        for (var answer : List.of(plain, packed)) {
            assertThat(all(answer, "Vary")).contains("Accept-Encoding", "Origin");
            assertThat(all(answer, "Content-Type")).isEqualTo("application/json");
        }
        assertThat(all(packed, "Cache-Control")).isEqualTo(all(plain, "Cache-Control"));
        var text = new String(plain.body(), StandardCharsets.UTF_8);
        assertThat(unpacked(packed.body()).replaceAll("\"moment\":\"[^\"]*\"", ""))
                .isEqualTo(text.replaceAll("\"moment\":\"[^\"]*\"", ""));
        System.out.println(path + ": " + plain.body().length + " bytes, " + packed.body().length + " as gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length / 5);
    }

    @Test
    void aStrongTagIsAWeakOneForOtherBytes() throws Exception {
        assertThat(all(get(SNAPSHOT), "ETag")).isEqualTo("\"500\"");
        assertThat(all(get(SNAPSHOT, "Accept-Encoding", "gzip"), "ETag")).isEqualTo("W/\"500\"");
    }

    @Test
    void whatIsShortIsSentAsItIs() throws Exception {
        for (String path : List.of(
                "/v1/channels/chat:little/events",
                "/v1/channels/chat:little/snapshot",
                "/v1/stream?channel=chat:little@0&wait=0")) {
            var answer = get(path, "Accept-Encoding", "gzip");
            assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(answer.body().length).isLessThanOrEqualTo(Packing.WORTH);
            assertThat(all(answer, "Vary")).contains("Accept-Encoding");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "GZIP|true",
                "x-gzip|true",
                "br, gzip;q=0.5|true",
                "*|true",
                "deflate, *;q=0.1|true",
                "gzip;q=1.000|true",
                "gzip;q=0|false",
                "gzip;q=0.000|false",
                "gzip ; q=0|false",
                "*, gzip;q=0|false",
                "*;q=0|false",
                "identity|false",
                "br|false",
                "gzipped|false",
                ";|false",
                "gzip;q=x|true"
            })
    void whoTakesItSaysSo(String header, boolean taken) throws Exception {
        var answer = get(PAGE, "Accept-Encoding", header);
        assertThat(answer.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(taken);
    }

    @Test
    void aPollMayNotBeChangedOnItsWay() throws Exception {
        assertThat(all(get(POLL), "Cache-Control")).isEqualTo("no-store, no-transform");
    }

    @Test
    void headHasTheHeadersAndNoBody() throws Exception {
        var request = HttpRequest.newBuilder(node.uri(PAGE))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Encoding", "gzip")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.body()).isEmpty();
        assertThat(get(PAGE).statusCode()).as("the connection is still good").isEqualTo(200);
    }

    @Test
    void anOldProxyGetsItWithoutChunks() throws Exception {
        try (var socket = new Socket("127.0.0.1", node.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream()
                    .write(("GET " + PAGE + " HTTP/1.0\r\nAuthorization: Bearer " + token
                                    + "\r\nAccept-Encoding: gzip\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = socket.getInputStream().readAllBytes();
            var text = new String(answer, StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n") + 4;
            assertThat(text.substring(0, body).toLowerCase(Locale.ROOT))
                    .contains("content-encoding: gzip")
                    .doesNotContain("transfer-encoding");
            assertThat(unpacked(Arrays.copyOfRange(answer, body, answer.length)))
                    .contains("\"seq\":500");
        }
    }

    /** Clients that take nothing of a long answer hold what compresses it; others are answered as they are, not late. */
    @Test
    void tooManyAtOnceAreSentAsTheyAre() throws Exception {
        for (int i = 0; i < 8; i++) {
            node.append("chat:big", "{\"type\":\"t\",\"data\":\"" + noise(i) + "\"}", token);
        }
        var stalled = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 80; i++) {
                var socket = new Socket();
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
                socket.setSoTimeout(15_000);
                OutputStream out = socket.getOutputStream();
                out.write(("GET /v1/channels/chat:big/events?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                + token + "\r\nAccept-Encoding: gzip\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                stalled.add(socket);
            }
            int packed = 0;
            for (Socket socket : stalled) {
                packed += head(socket).contains("content-encoding: gzip") ? 1 : 0;
            }
            assertThat(packed).isEqualTo(64);
            assertThat(get(PAGE, "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                    .isEmpty();
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
        Eventually.eventually(
                () -> assertThat(get(PAGE, "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                        .contains("gzip"));
    }

    private static String noise(int seed) {
        var bytes = new byte[45_000];
        new Random(seed).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String head(Socket socket) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream(), 1);
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }
}
