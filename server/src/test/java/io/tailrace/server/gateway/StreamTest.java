package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.Audit;
import io.tailrace.server.SseReader;
import io.tailrace.server.SseReader.Frame;
import io.tailrace.testkit.Eventually;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One channel on one stream: form 1, from the first frame to the last. */
class StreamTest {

    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");

    private static GatewayFixture fixture;
    private static GatewayFixture.Node node;
    private static String token;

    @BeforeAll
    static void start() {
        fixture = new GatewayFixture();
        node = fixture.node();
        token = fixture.token("u1");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    static long seq(Frame frame) {
        var match = SEQ.matcher(String.valueOf(frame.data()));
        assertThat(match.find()).as("a seq in %s", frame).isTrue();
        return Long.parseLong(match.group(1));
    }

    static List<Long> seqs(SseReader reader, int count) {
        return reader.events(count).stream().map(StreamTest::seq).toList();
    }

    @Test
    @Tag("R-20")
    void replaysFromTheBeginningThenGoesOnLive() {
        fixture.append("chat:replay", 20);
        try (var stream = node.stream("channel=chat:replay@0", token, null)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("content-type")).contains("text/event-stream");
            assertThat(stream.header("cache-control")).contains("no-store, no-transform");
            assertThat(stream.header("x-accel-buffering")).contains("no");
            var retry = stream.next();
            assertThat(retry.retry()).isBetween(1_000L, 3_000L);
            var open = stream.next();
            assertThat(open.event()).isEqualTo("open");
            assertThat(open.id()).isEqualTo("0");
            assertThat(open.data())
                    .contains("\"chat:replay\":{\"seq\":0,", "\"node\":\"n1\"", "\"heartbeat_ms\":15000");
            var first = stream.events(20);
            assertThat(first).extracting(StreamTest::seq).startsWith(1L, 2L).endsWith(19L, 20L);
            assertThat(first).extracting(Frame::id).startsWith("1", "2").endsWith("20");
            fixture.append("chat:replay", 1);
            assertThat(seqs(stream, 1)).containsExactly(21L);
        }
    }

    @Test
    @Tag("R-20")
    void resumesAfterTheLastAppliedSeqByHeaderOrQuery() {
        fixture.append("chat:resume", 10);
        try (var byHeader = node.stream("channel=chat:resume@2&last_event_id=4", token, "7");
                var byQuery = node.stream("channel=chat:resume@2&last_event_id=8", token, null)) {
            assertThat(seqs(byHeader, 3)).containsExactly(8L, 9L, 10L);
            assertThat(seqs(byQuery, 2)).containsExactly(9L, 10L);
        }
    }

    @Test
    void startsFromNowWithoutAPositionAndSaysWhereThatIs() {
        fixture.append("chat:now", 5);
        try (var stream = node.stream("channel=chat:now", token, null)) {
            assertThat(stream.named("open").id()).isEqualTo("5");
            fixture.append("chat:now", 1);
            assertThat(seqs(stream, 1)).containsExactly(6L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "99999999999999999999",
                "../../etc",
                "v.AAAA",
                "v.AAAAAA",
                "k.zzz.!!",
                "k.AAAAAAAAAAAAAAAA",
                "%00",
                "1e3",
                "7~3",
                "1~3",
                "1000",
                "nonsense",
                "01"
            })
    void aPositionThatCannotBeUsedIsToldAndTheStreamGoesOnLive(String position) {
        long head = fixture.append("chat:nonsense", 3);
        try (var stream = node.stream("channel=chat:nonsense", token, position)) {
            var required = stream.named("snapshot.required");
            assertThat(required.data()).isEqualTo("{\"channel\":\"chat:nonsense\",\"floor\":0,\"head\":" + head + "}");
            assertThat(required.id()).isEqualTo(Long.toString(head));
            fixture.append("chat:nonsense", 1);
            assertThat(seqs(stream, 1)).containsExactly(head + 1);
        }
    }

    @Test
    void whoIsCutBeforeItIsToldIsToldNextTime() {
        fixture.append("chat:untold", 3);
        try (var stream = node.stream("channel=chat:untold", token, "nonsense")) {
            var open = stream.named("open");
            try (var again = node.stream("channel=chat:untold", token, open.id())) {
                assertThat(again.named("snapshot.required").id()).isEqualTo("3");
            }
        }
    }

    @Test
    @Tag("R-24")
    void whatIsPastTheReplayWindowIsToldByTheFirstMissedEvent() {
        fixture.append("chat:old", 10_050);
        try (var stream = node.stream("channel=chat:old", token, "49");
                var within = node.stream("channel=chat:old", token, "50")) {
            assertThat(stream.named("snapshot.required").data()).contains("\"head\":10050");
            assertThat(seqs(within, 10_000)).startsWith(51L).endsWith(10_050L);
        }
    }

    @Test
    void anHourOfSilenceCostsNoResync() {
        fixture.append("chat:silence", 3);
        fixture.postgres.execute(
                fixture.databaseName,
                "update tailrace.event set at = at - interval '2 hours' where channel ="
                        + " (select id from tailrace.channel where name = 'chat:silence')");
        fixture.append("chat:silence", 1);
        try (var stream = node.stream("channel=chat:silence", token, "3");
                var tooOld = node.stream("channel=chat:silence", token, "2")) {
            assertThat(seqs(stream, 1)).containsExactly(4L);
            assertThat(tooOld.named("snapshot.required").data()).contains("\"head\":4");
        }
    }

    @Test
    @Tag("R-21")
    void aQuietStreamThatIsRecycledReceivesWhatWasWrittenMeanwhile() {
        try (var quiet = new GatewayFixture()) {
            var one = quiet.node();
            var bearer = quiet.token("u1");
            quiet.append("chat:quiet", 2);
            String position;
            try (var stream = one.stream("channel=chat:quiet", bearer, null)) {
                position = stream.named("open").id();
                quiet.time.pass(Duration.ofMinutes(10));
                one.gateway.wakeAll();
                var reconnect = stream.named("reconnect");
                assertThat(reconnect.retry()).isNotNull();
                assertThat(reconnect.data()).isEqualTo("{\"after_ms\":" + reconnect.retry() + "}");
                assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
            }
            quiet.append("chat:quiet", 2);
            try (var stream = one.stream("channel=chat:quiet", bearer, position)) {
                assertThat(seqs(stream, 2)).containsExactly(3L, 4L);
            }
        }
    }

    @Test
    void repeatedChannelsStartAtTheEarliest() {
        fixture.append("chat:twice", 6);
        try (var stream = node.stream("channel=chat:twice@5&channel=chat:twice@3&channel=chat:twice", token, null)) {
            assertThat(seqs(stream, 3)).containsExactly(4L, 5L, 6L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "channel=",
                "channel=-a",
                "channel=a@",
                "channel=a@x",
                "channel=a@-1",
                "channel=a@1~",
                "channel=a%20b",
                "channel=a&heartbeat=soon",
                "channel=a&wait=-1",
                "channel=a&client=%00"
            })
    void malformedRequestsAreRefusedBeforeTheStream(String query) {
        try (var stream = node.stream(query, token, null)) {
            assertThat(stream.status()).isEqualTo(400);
            assertThat(stream.header("content-type")).contains("application/problem+json");
        }
    }

    @Test
    @Tag("R-71")
    void whoMayNotReadIsRefusedBeforeTheStream() {
        var narrow = fixture.token("u2", "board:*", Duration.ofHours(1));
        try (var forbidden = node.stream("channel=chat:secret", narrow, null);
                var one = node.stream("channel=board:mine&channel=chat:secret", narrow, null);
                var nobody = node.stream("channel=chat:secret", "", null)) {
            assertThat(forbidden.status()).isEqualTo(403);
            assertThat(one.status()).isEqualTo(403);
            assertThat(nobody.status()).isEqualTo(401);
        }
    }

    @Test
    void moreChannelsThanAStreamFollowsAreRefused() {
        var query = new StringBuilder("channel=c0");
        for (int i = 1; i <= GatewayOptions.DEFAULT.maxChannels(); i++) {
            query.append("&channel=c").append(i);
        }
        try (var stream = node.stream(query.toString(), token, null)) {
            assertThat(stream.status()).isEqualTo(400);
        }
    }

    @Test
    @Tag("R-72")
    void aRemovedMemberIsToldAndSeesNothingMore() throws Exception {
        fixture.append("chat:left", 1);
        fixture.append("chat:kept", 1);
        var bearer = fixture.token("leaver");
        try (var stream = node.stream("channel=chat:left&channel=chat:kept", bearer, null);
                var alone = node.stream("channel=chat:left", bearer, null)) {
            stream.named("open");
            alone.named("open");
            fixture.log
                    .members()
                    .remove(ChannelId.of(GatewayFixture.TENANT, "chat:left"), "leaver", Audit.By.of(actor()));
            fixture.append("chat:left", 1);
            assertThat(stream.named("revoked").data()).contains("\"channel\":\"chat:left\"");
            assertThat(alone.named("revoked").data()).contains("\"channel\":\"chat:left\"");
            assertThat(alone.named("end").data()).contains("revoked");
            fixture.append("chat:kept", 1);
            assertThat(stream.events(1).getFirst().data()).contains("chat:kept");
        }
    }

    private static io.tailrace.wire.Actor actor() {
        return new io.tailrace.wire.Actor(GatewayFixture.TENANT, "admin", null, null, java.time.Instant.now());
    }

    @Test
    @Tag("R-73")
    void expiringCredentialsAreAnnouncedAndEnforcedAndRenewed() {
        try (var expiring = new GatewayFixture()) {
            var one = expiring.node();
            var bearer = expiring.token("u1", "*", Duration.ofMinutes(2));
            try (var stream = one.stream("channel=chat:a", bearer, null);
                    var renewed = one.stream("channel=chat:a", bearer, null)) {
                stream.named("open");
                var id = Json.parse(String.valueOf(renewed.named("open").data()));
                expiring.time.pass(Duration.ofSeconds(70));
                one.gateway.wakeAll();
                stream.named("auth.expiring");
                renewed.named("auth.expiring");
                var answer = one.send("PUT", "/v1/streams/" + streamId(id) + "/token", expiring.token("u1"), null);
                assertThat(answer.statusCode()).isEqualTo(200);
                expiring.time.pass(Duration.ofSeconds(60));
                one.gateway.wakeAll();
                assertThat(stream.named("end").data()).contains("expired");
                assertThat(stream.next(Duration.ofSeconds(5))).isEmpty();
                expiring.append("chat:a", 1);
                assertThat(seqs(renewed, 1)).containsExactly(1L);
            }
        }
    }

    static String streamId(Json open) {
        var match = Pattern.compile("\"stream\":\"([^\"]+)\"").matcher(open.text());
        assertThat(match.find()).isTrue();
        return match.group(1);
    }

    @Test
    void anEndedTicketIsAnswered204() {
        try (var ending = new GatewayFixture()) {
            var one = ending.node();
            var made = one.send("POST", "/v1/tickets", ending.token("u1"), "{\"channels\":[\"chat:a\"]}");
            var match = Pattern.compile("\"ticket\":\"([^\"]+)\"").matcher(made.body());
            assertThat(match.find()).as(made.body()).isTrue();
            var query = "channel=chat:a&ticket=" + match.group(1);
            try (var stream = one.stream(query, "", null)) {
                assertThat(stream.named("open").id()).isEqualTo("0");
            }
            ending.time.pass(Duration.ofMinutes(16));
            for (var asked : List.of(query, query + "&wait=")) {
                try (var stream = one.stream(asked, "", null)) {
                    assertThat(stream.status()).as(asked).isEqualTo(204);
                }
            }
        }
    }

    @Test
    @Tag("R-54")
    void aClientThatLeftIsNoticedWithinTwoHeartbeats() {
        try (var leaving = new GatewayFixture()) {
            var one = leaving.node();
            var stream = one.stream("channel=chat:a&heartbeat=5", leaving.token("u1"), null);
            stream.named("open");
            assertThat(one.gateway.active()).isEqualTo(1);
            stream.close();
            for (int beat = 0; beat < 2; beat++) {
                leaving.time.pass(Duration.ofSeconds(5));
                one.gateway.wakeAll();
            }
            Eventually.until("the stream has ended", () -> {
                one.gateway.wakeAll();
                return one.gateway.active() == 0;
            });
            assertThat(leaving.journal).anyMatch(line -> line.contains("stream.end") && line.contains("client-left"));
        }
    }

    @Test
    void streamsThatHaveEndedAreNotKeptUntilTheirNextHeartbeat() {
        try (var leaving = new GatewayFixture()) {
            var one = leaving.node();
            var streams = IntStream.range(0, 20)
                    .mapToObj(i -> one.stream("channel=chat:a&heartbeat=120", leaving.token("u1"), null))
                    .toList();
            streams.forEach(stream -> stream.named("open"));
            Eventually.until("each has an alarm", () -> one.gateway.alarms() >= 20);
            streams.forEach(SseReader::close);
            Eventually.until("none is left", () -> one.gateway.alarms() == 0);
        }
    }

    @Test
    void heartbeatsComeAtTheNegotiatedTime() {
        try (var stream = node.stream("channel=chat:beat&heartbeat=5", token, null);
                var slow = node.stream("channel=chat:beat&heartbeat=9999", token, null)) {
            assertThat(stream.named("open").data()).contains("\"heartbeat_ms\":5000");
            assertThat(slow.named("open").data()).contains("\"heartbeat_ms\":120000");
            assertThat(stream.named("heartbeat").id()).isNull();
        }
    }

    @Test
    void headOfAStreamHasItsHeadersAndNoBody() {
        var answer = node.send("HEAD", "/v1/stream?channel=chat:head", token, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(answer.body()).isEmpty();
    }
}
