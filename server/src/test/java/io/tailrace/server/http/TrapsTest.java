package io.tailrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helidon does by default and a server that faces networks must not; the numbers are of the measured traps. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrapsTest implements HttpService {

    private static final int MAX_BODY = 65_536;
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

    private final CountDownLatch departed = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch cut = new CountDownLatch(1);
    private ListenerFixture listener;

    @BeforeAll
    void start() {
        listener = new ListenerFixture(this);
    }

    @AfterAll
    void stop() {
        release.countDown();
        listener.close();
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/hello", (request, response) -> response.send("hello"));
        rules.post(
                "/echo",
                (request, response) -> response.send(
                        JsonBody.read(request, Json.class, MAX_BODY).text()));
        rules.get("/chunks", (request, response) -> {
            try (var out = response.outputStream()) {
                for (String part : new String[] {"one ", "two ", "three"}) {
                    out.write(part.getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            }
        });
        rules.get("/long", (request, response) -> {
            var connection = ClientConnection.of(request);
            var gone = new CountDownLatch(1);
            connection.onDeparture(request, gone::countDown);
            var out = response.outputStream();
            out.write("begun".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            gone.await();
            departed.countDown();
        });
        rules.get("/stuck", (request, response) -> {
            var connection = ClientConnection.of(request);
            Thread.ofVirtual().start(() -> {
                try {
                    release.await();
                    connection.abort();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            var out = response.outputStream();
            try {
                while (true) {
                    out.write(new byte[65_536]);
                }
            } catch (IOException | RuntimeException aborted) {
                cut.countDown();
                throw aborted;
            }
        });
    }

    private String exchange(String request) {
        return RawClient.exchange(listener.port(), request);
    }

    /** Answered if it is read whole; closing with unread bytes resets the connection. */
    @Test
    void aFirstLineWithoutEndEndsTheConnectionWhenItIsTooLong() {
        String answer;
        try {
            answer = exchange("A".repeat(40_000));
        } catch (UncheckedIOException reset) {
            answer = "HTTP/1.1 400";
            assertThat(reset.getCause()).isInstanceOf(SocketException.class);
        }
        assertThat(answer).startsWith("HTTP/1.1 4");
    }

    @Test
    void aPrefaceOfHttp2MayComeInPieces() {
        try (var client = new RawClient(listener.port())) {
            for (char one : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(one));
            }
            client.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            var settings = client.readUntil("\4"); // the type behind a length of three bytes
            assertThat(settings).hasSize(4);
        }
    }

    // trap 10

    @Test
    void http10IsServedWithoutHostAndClosed() {
        var answer = exchange("GET /hello HTTP/1.0\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("Connection: close")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void http10GetsNoChunks() {
        var answer = exchange("GET /chunks HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        assertThat(answer).doesNotContainIgnoringCase("transfer-encoding").endsWith("\r\n\r\none two three");
    }

    @Test
    void http10HeadArrivesInPieces() {
        try (var client = new RawClient(listener.port())) {
            client.send("POST /echo HT");
            client.send("TP/1.0\r\nContent-Type: application/json\r\n");
            client.send("Content-Length: 7\r\n\r\n{\"a\"");
            client.send(":1}");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("{\"a\":1}");
        }
    }

    // trap 11

    @ParameterizedTest
    @ValueSource(strings = {"/hello", "/chunks", "/nothing"})
    void headHasNoBodyAndTheNextAnswerIsReadRight(String path) {
        try (var client = new RawClient(listener.port())) {
            client.send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 " + (path.equals("/nothing") ? 404 : 200));
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void headTellsTheLengthThatGetHas() {
        assertThat(exchange("HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .contains("Content-Length: 5\r\n");
    }

    // trap 12

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffffffffffffffff\r\n",
                "7fffffff\r\n",
                "-1\r\n",
                "5;name=value\r\nhello\r\n0\r\n\r\n",
                "2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
                "2\n{}\r\n0\r\n\r\n",
                "",
                "2\r\n{",
                "zz\r\n"
            })
    void oddChunksAreAnsweredInTimeAndTheConnectionCloses(String chunks) {
        var answer = exchange(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThat(answer).as(() -> listener.faults()).matches("(?s)HTTP/1.1 (200|400|408|413) .*");
        assertThat(answer.split("HTTP/1.1 ", -1)).as(answer).hasSize(2);
    }

    @Test
    void bodyThatStaysAwayIs408() {
        var answer = exchange(POST + "Content-Length: 100\r\n\r\n{");
        assertThat(answer).startsWith("HTTP/1.1 408").contains("/problems/body-timeout");
    }

    @Test
    void headThatStaysAwayIs408() {
        assertThat(exchange("GET /hello HTTP/1.1\r\nHost: a\r\nX-")).startsWith("HTTP/1.1 408");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "PRI * HT"})
    void connectionThatSaysNothingIsClosed(String begun) {
        try (var client = new RawClient(listener.port())) {
            client.send(begun);
            assertThat(client.readAll()).doesNotContain("200");
        }
    }

    @Test
    void chunksWithinBoundsAreRead() {
        var answer = exchange(
                POST + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("{\"a\":1}");
    }

    @Test
    void bodyAtTheBoundIsReadAndOneByteMoreIsNot() {
        String most = "\"" + "a".repeat(MAX_BODY - 2) + "\"";
        assertThat(exchange(POST + "Connection: close\r\nContent-Length: " + MAX_BODY + "\r\n\r\n" + most))
                .startsWith("HTTP/1.1 200");
        assertThat(exchange(POST + "Content-Length: " + (MAX_BODY + 1) + "\r\n\r\n" + most + " "))
                .startsWith("HTTP/1.1 413")
                .contains("/problems/body-too-large");
        String chunk = Integer.toHexString(MAX_BODY + 1) + "\r\n" + most + " \r\n0\r\n\r\n";
        assertThat(exchange(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
                .startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @ValueSource(ints = {900_000, 3_000_000})
    void clientThatStillSendsReadsThatItsBodyIsTooLarge(int length) {
        try (var client = new RawClient(listener.port())) {
            client.send(POST + "Content-Length: " + length + "\r\n\r\n");
            client.send(new byte[length]);
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 413")
                    .contains("Connection: close")
                    .contains("/problems/body-too-large");
        }
    }

    @Test
    void refusedRequestWithASmallBodyKeepsItsConnection() {
        try (var client = new RawClient(listener.port())) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 415").doesNotContain("Connection: close");
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("hello");
        }
    }

    @Test
    void expectContinueIsAnsweredBeforeTheBodyAndNotBeforeARefusal() {
        try (var client = new RawClient(listener.port())) {
            client.send(POST + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("{}");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200").endsWith("{}");
        }
        assertThat(exchange(POST + "Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    // trap 13

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HTTP/1.1\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /hello HTTP/1.1\nHost: a\n\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "GET /hel%zzlo HTTP/1.1\r\nHost: a\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void malformedRequestsAreRefusedAndClosed(String request) {
        assertThat(exchange(request)).startsWith("HTTP/1.1 400").contains("\"status\":400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hello?a=%", "/hello?a=%f", "/hello?a=%zz", "/hello?a=%ff", "/hello?a=%00", "/%c3%28"})
    void badPercentEncodingsAre400(String target) {
        assertThat(exchange("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        var answer = exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .as(() -> listener.faults())
                .matches("(?s)HTTP/1.1 200.*hello" + "HTTP/1.1 404.*}" + "HTTP/1.1 200.*hello");
    }

    // traps 2 and 6

    @Test
    void clientThatLeavesAnIdleAnswerIsNoticed() throws InterruptedException {
        try (var client = new RawClient(listener.port())) {
            client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("begun");
        }
        assertThat(departed.await(5, TimeUnit.SECONDS)).isTrue();
        Eventually.eventually(() -> assertThat(listener.connections().open()).isLessThanOrEqualTo(1));
    }

    @Test
    void writerThatIsStuckIsCutByAbort() throws InterruptedException {
        try (var client = new RawClient(listener.port())) {
            client.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
            release.countDown();
            assertThat(cut.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
