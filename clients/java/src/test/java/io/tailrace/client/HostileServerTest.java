package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Servers and proxies that do what they should not: the client ends with exact state, or says why it cannot. */
@Tag("R-51")
final class HostileServerTest {

    private static final String OPEN = "id: 0\n"
            + "event: open\n"
            + "data:"
            + " {\"stream\":\"s\",\"node\":\"n\",\"channels\":{\"board:a\":{\"seq\":0,\"status\":\"live\"}},\"heartbeat_ms\":15000}\n\n";

    private static String event(int seq) {
        return "id: " + seq + "\ndata: {\"channel\":\"board:a\",\"seq\":" + seq
                + ",\"type\":\"t\",\"data\":\"é€\",\"by\":\"x\",\"at\":\"2026-11-23T08:00:00Z\"}\n\n";
    }

    /** What the first stream looks like; the second one is flawless. @param name in words */
    private record Case(String name, RawServer.Handler first) {}

    private static Case stream(String name, String... pieces) {
        return new Case(name, (asked, reply) -> {
            reply.streamHead();
            for (var piece : pieces) {
                reply.raw(piece);
            }
        });
    }

    private static final List<Case> CASES = List.of(
            stream("a stream without a word"),
            stream("comments and unknown frames", ":hi\n\n" + OPEN + "event: news\ndata: not json\n\n:\n" + event(1)),
            stream("lines that end with CRLF", (OPEN + event(1)).replace("\n", "\r\n")),
            stream("lines that end with CR", (OPEN + event(1)).replace("\n", "\r")),
            stream("a byte order mark", "\uFEFF" + OPEN + event(1)),
            stream("an event that is no JSON", OPEN + "id: 1\ndata: {\"channel\n\n"),
            stream(
                    "an event without a seq",
                    OPEN + "id: 9\ndata: {\"channel\":\"board:a\",\"type\":\"t\",\"data\":1,\"by\":\"x\"}\n\n"),
            stream("an id with NUL", OPEN + event(1).replace("id: 1", "id: 1\0")),
            stream("a retry of nonsense", "retry: soon\n" + OPEN + event(1)),
            stream("a frame of nothing but data", OPEN + "data\n\n" + event(1)),
            stream("a frame of 9 MiB", OPEN + event(1), "data: " + "x".repeat(9 << 20)),
            stream("an event of another channel", OPEN + event(1).replace("board:a", "board:z")),
            stream("an open frame of nonsense", "event: open\ndata: []\n\n" + event(1)),
            new Case("500", (asked, reply) -> reply.problem(500, "internal")),
            new Case(
                    "503 of a proxy",
                    (asked, reply) -> reply.answer(503, "text/html", "<h1>no</h1>", "Retry-After: 0")),
            new Case("429", (asked, reply) -> reply.problem(429, "rate-limited", "Retry-After: 1")),
            new Case("407 of a proxy", (asked, reply) -> reply.answer(407, "text/plain", "")),
            new Case("401 once", (asked, reply) -> reply.problem(401, "token-expired")),
            new Case("a page of a portal", (asked, reply) -> reply.answer(200, "text/html", "<h1>log in</h1>")),
            new Case("garbage instead of HTTP", (asked, reply) -> reply.raw("\0\1\2\3 SSH-2.0\r\n\r\n")),
            new Case("a connection that ends at once", (asked, reply) -> {}),
            new Case("half a head", (asked, reply) -> reply.raw("HTTP/1.1 200 OK\r\nContent-Ty")),
            new Case(
                    "a redirect in circles",
                    (asked, reply) -> reply.answer(302, "text/plain", "", "Location: /v1/stream")),
            new Case(
                    "a redirect to another place",
                    (asked, reply) -> reply.answer(307, "text/plain", "", "Location: /elsewhere")),
            new Case(
                    "gzip that is none",
                    (asked, reply) -> reply.raw("HTTP/1.1 200 OK\r\n"
                            + "Content-Type: text/event-stream\r\n"
                            + "Content-Encoding: gzip\r\n\r\n"
                            + "plain")),
            new Case(
                    "chunks of nonsense",
                    (asked, reply) -> reply.raw("HTTP/1.1 200 OK\r\n"
                            + "Content-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + "zz\r\n")));

    @TestFactory
    Stream<DynamicTest> recoversFrom() {
        return CASES.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> recovers(one.first())));
    }

    private static void recovers(RawServer.Handler first) throws Exception {
        var streams = new AtomicInteger();
        var over = new CountDownLatch(1);
        try (var server = new RawServer((asked, reply) -> {
            if (asked.path().equals("/elsewhere") || streams.incrementAndGet() == 1) {
                first.handle(asked, reply);
            } else if (asked.path().endsWith("/events")) {
                reply.problem(503, "unavailable");
            } else {
                reply.streamHead();
                reply.raw(OPEN + event(1) + event(2) + event(3));
                over.await(); // it stays open
            }
        })) {
            var loop = new ManualLoop();
            try (var tailrace =
                    Tailrace.builder().url(server.url()).token("t").connect(new Client.Seams(loop, new Random(2)))) {
                var following = new Following();
                tailrace.channel("board:a").subscribe(following, Start.beginning());
                Eventually.eventually(() -> loop.advance(10), () -> assertThat(following.seqs())
                        .containsExactly(1L, 2L, 3L));
                assertThat(following.data()).containsOnly("\"é€\"");
            }
        } finally {
            over.countDown();
        }
    }

    @Test
    void stopsForGoodAt204() throws Exception {
        try (var rig = new Rig()) {
            rig.node.insteadOf = asked -> asked.path().equals("/v1/stream");
            rig.node.instead = (asked, reply) -> reply.answer(204, "", "");
            rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.UNAUTHORIZED));
            rig.loop.advance(600_000);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
        }
    }

    @Test
    void stopsWhenTheServerNoLongerServesThisClient() throws Exception {
        try (var rig = new Rig()) {
            rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.say("event: end\ndata: {\"reason\":\"client-not-served\"}\n\n");
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.UNAUTHORIZED));
            rig.loop.advance(600_000);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
        }
    }

    @Test
    void stopsPollingWhenTheServerNoLongerServesThisClient() throws Exception {
        try (var rig = new Rig()) {
            rig.node.insteadOf = asked -> asked.path().equals("/v1/stream");
            rig.node.instead = (asked, reply) -> reply.problem(403, "client-not-served");
            var following = rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.UNAUTHORIZED));
            rig.loop.advance(600_000);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
            assertThat(following.told).as("the channel is not to blame").isEmpty();
        }
    }

    @Test
    void asksForAnotherTokenAtEach401AndSaysThatItIsUnauthorized() throws Exception {
        var tokens = new AtomicInteger();
        try (var rig = new Rig(
                new FakeNode(),
                new io.tailrace.client.queue.MemoryQueueStore(),
                builder -> builder.token(() -> "t" + tokens.incrementAndGet()))) {
            rig.node.insteadOf = asked -> !"Bearer t4".equals(asked.header("authorization"));
            rig.node.instead = (asked, reply) -> reply.problem(401, "token-invalid");
            var following = rig.follow(Start.now());
            var seen = new ArrayList<ConnectionState.Name>();
            rig.tailrace.connection().listen(state -> seen.add(state.name()));
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            assertThat(seen).contains(ConnectionState.Name.UNAUTHORIZED);
            assertThat(tokens).hasValue(4);
            rig.now(() -> assertThat(following.told).containsExactly("live 0"));
        }
    }

    @Test
    void oneForbiddenChannelDoesNotKeepTheOthersFromBeingFollowed() throws Exception {
        try (var rig = new Rig()) {
            rig.node.insteadOf = asked -> asked.path().equals("/v1/stream")
                    && asked.all("channel").stream().anyMatch(name -> name.startsWith("board:secret"));
            rig.node.instead = (asked, reply) -> reply.answer(
                    403,
                    "application/problem+json",
                    "{\"type\":\"/problems/forbidden\",\"title\":\"no\",\"status\":403,\"channel\":\"board:secret\"}");
            var secret = new Following();
            rig.tailrace.channel("board:secret").subscribe(secret, Start.now());
            var following = rig.follow(Start.beginning());
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
            assertThat(secret.told).containsExactly("refused 403 forbidden");
        }
    }

    @Test
    void whoIsRemovedIsToldAndKeepsTheRest() throws Exception {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.now());
            var other = new Following();
            rig.tailrace.channel("chat:b").subscribe(other, Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.say("event: revoked\ndata: {\"channel\":\"board:a\",\"seq\":7}\n\n");
            rig.node.append("chat:b", "1");
            rig.soon(() -> {
                assertThat(following.told).contains("revoked 7");
                assertThat(other.seqs()).containsExactly(1L);
            });
        }
    }

    @Test
    @Tag("R-54")
    void noticesAStreamThatIsOpenAndMute() throws Exception {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.loop.advance(37_400);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
            rig.loop.advance(200);
            rig.soon(
                    () -> assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(2));
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
        }
    }

    @Test
    @Tag("R-54")
    void wakesWhenTheDeviceHasSlept() throws Exception {
        try (var rig = new Rig()) {
            rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.loop.sleep(3_600_000);
            rig.loop.advance(5_000);
            rig.soon(
                    () -> assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(2));
        }
    }

    @Test
    @Tag("R-52")
    void comesBackAfterAsLongAsItWasToldTo() throws Exception {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.say("retry: 9000\nevent: reconnect\ndata: {\"after_ms\":9000}\n\n");
            rig.node.cutAll();
            rig.now(() ->
                    assertThat(rig.tailrace.connection().value().retryAt()).isNotNull());
            rig.loop.advance(8_900);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
            rig.loop.advance(200);
            rig.soon(
                    () -> assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(2));
            rig.soon(() -> assertThat(following.told)
                    .as("told again by each connection")
                    .containsExactly("live 0", "live 0"));
        }
    }

    @Test
    @Tag("R-73")
    void renewsTheTokenOfALiveStreamInPlace() throws Exception {
        var tokens = new AtomicInteger();
        try (var rig = new Rig(
                new FakeNode(),
                new io.tailrace.client.queue.MemoryQueueStore(),
                builder -> builder.token(() -> "t" + tokens.incrementAndGet()))) {
            rig.follow(Start.now());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.say("event: auth.expiring\ndata: {}\n\n");
            rig.soon(() -> assertThat(rig.node.server.asked).anySatisfy(one -> {
                assertThat(one.method()).isEqualTo("PUT");
                assertThat(one.path()).endsWith("/token");
                assertThat(one.header("authorization")).isEqualTo("Bearer t2");
            }));
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
        }
    }

    @Test
    void triesNothingWithoutANetworkAndAtOnceWithOne() throws Exception {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.tailrace.networkLost();
            rig.now(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.OFFLINE));
            rig.node.append(Rig.CHANNEL, "1");
            rig.loop.advance(600_000);
            assertThat(rig.node.server.count("GET", "/v1/stream")).isEqualTo(1);
            rig.tailrace.networkAvailable();
            rig.now(() -> assertThat(following.seqs()).containsExactly(1L));
        }
    }

    @Test
    void letsGoInTheBackgroundAndResumesInFront() throws Exception {
        try (var rig = new Rig()) {
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.tailrace.appInForeground(false);
            rig.loop.advance(Tailrace.BACKGROUND_LINGER + 10);
            rig.now(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.OFFLINE));
            rig.node.append(Rig.CHANNEL, "1");
            rig.tailrace.appInForeground(true);
            rig.now(() -> assertThat(following.seqs()).containsExactly(1L));
        }
    }

    @Test
    void anotherNodeIsTriedWhenOneStaysMute() throws Exception {
        try (var frozen = new FakeNode();
                var rig = new Rig(
                        new FakeNode(),
                        new io.tailrace.client.queue.MemoryQueueStore(),
                        builder -> builder.url(frozen.url()))) {
            frozen.mute = true;
            rig.node.mute = true;
            rig.node.append(Rig.CHANNEL, "1");
            var following = rig.follow(Start.beginning());
            rig.soon(() -> assertThat(frozen.server.asked.size() + rig.node.server.asked.size())
                    .isEqualTo(1));
            var other = frozen.server.asked.isEmpty() ? frozen : rig.node;
            rig.loop.advance(Tail.OPENS_WITHIN);
            rig.soon(() -> assertThat(other.server.count("GET", "/v1/stream")).isEqualTo(1));
            assertThat(following.seqs()).isEmpty();
        }
    }

    @Test
    void anotherNodeIsTriedWhenOneIsGone() throws Exception {
        String gone;
        try (var server = new RawServer((asked, reply) -> {})) {
            gone = server.url();
        }
        try (var rig =
                new Rig(new FakeNode(), new io.tailrace.client.queue.MemoryQueueStore(), builder -> builder.url(gone)
                        .url(gone))) {
            var following = rig.follow(Start.beginning());
            rig.node.append(Rig.CHANNEL, "1");
            rig.soon(() -> assertThat(following.seqs()).containsExactly(1L));
        }
    }
}
