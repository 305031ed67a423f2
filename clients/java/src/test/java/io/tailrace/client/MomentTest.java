package io.tailrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is of the moment: cursors, presence, read marks. */
final class MomentTest {

    private final ManualLoop loop = new ManualLoop();

    private Tailrace client(String url, TokenProvider tokens) {
        return Tailrace.builder().url(url).token(tokens).device("d").connect(new Client.Seams(loop, new Random(5)));
    }

    private static void now(ManualLoop loop, org.assertj.core.api.ThrowableAssert.ThrowingCallable assertions) {
        Eventually.eventually(loop::idle, assertions);
    }

    @Test
    @Tag("R-33")
    void cursorsGoTwentyTimesASecondAtMostAndTheLatestOnly() throws Exception {
        try (var server = new SocketServer();
                var tailrace = client(server.url(), () -> "t");
                var cursors = tailrace.channel("board:a").cursors()) {
            now(loop, () -> assertThat(server.requests).hasSize(1));
            for (int i = 0; i < 500; i++) {
                cursors.move(Map.of("x", i));
            }
            loop.advance(1_000);
            now(loop, () -> assertThat(server.received).hasSizeBetween(1, 2).endsWith("{\"cursor\":{\"x\":499}}"));
            int before = server.received.size();
            for (int ms = 0; ms < 1_000; ms++) {
                cursors.move(Map.of("x", ms));
                loop.advance(1);
            }
            loop.advance(100);
            now(loop, () -> assertThat(server.received).endsWith("{\"cursor\":{\"x\":999}}"));
            assertThat(server.received.size() - before).isBetween(19, 21);
            cursors.hide();
            loop.advance(50);
            now(loop, () -> assertThat(server.received).endsWith("{\"cursor\":null}"));
            assertThatThrownBy(() -> cursors.move(Map.of("x", "y".repeat(512)))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Tag("R-33")
    void cursorsOfOthersComeAndGoAndTheTokenIsRenewed() throws Exception {
        var tokens = new AtomicInteger();
        try (var server = new SocketServer();
                var tailrace = client(server.url(), () -> "t" + tokens.incrementAndGet());
                var cursors = tailrace.channel("board:a").cursors()) {
            now(loop, () -> assertThat(server.requests).hasSize(1));
            server.say("{\"cursors\":[{\"user\":\"bob\",\"cursor\":{\"x\":1},\"at\":\"\"}],\"left\":[]}");
            now(loop, () -> assertThat(cursors.others().value()).extracting(Cursors.Cursor::user).containsExactly("bob"));
            server.say("{\"cursors\":[],\"left\":[{\"user\":\"bob\"}],\"news\":1}");
            now(loop, () -> assertThat(cursors.others().value()).isEmpty());
            server.say("{\"event\":\"auth.expiring\",\"expires_at\":\"2030-01-01T00:00:00Z\"}");
            now(loop, () -> assertThat(server.received).contains("{\"token\":\"t2\"}"));
            server.end(4401);
            Eventually.eventually(() -> loop.advance(20), () -> assertThat(server.requests).hasSize(2));
        }
    }

    @Test
    @Tag("R-33")
    void cursorsGoAsSignalsWhereSocketsDoNotGetThrough() throws Exception {
        try (var server = new SocketServer()) {
            server.refuses = 502;
            try (var tailrace = client(server.url(), () -> "t");
                    var cursors = tailrace.channel("board:a").cursors()) {
                cursors.move(Map.of("x", 1));
                Eventually.eventually(
                        () -> loop.advance(20),
                        () -> assertThat(server.requests)
                                .anyMatch(one -> one.startsWith("POST /v1/channels/board:a/signals")
                                        && one.endsWith("{\"kind\":\"cursor\",\"data\":{\"x\":1}}")));
                server.refuses = 0;
                Eventually.eventually(() -> {
                    cursors.move(Map.of("x", 2));
                    loop.advance(500);
                }, () -> assertThat(server.received).contains("{\"cursor\":{\"x\":2}}"));
            }
        }
    }

    @Test
    @Tag("R-30")
    void presenceIsSaidAgainAsOftenAsTheServerAsksFor() throws Exception {
        try (var server = new RawServer((asked, reply) -> reply.json("{\"heartbeat_ms\":30000,\"ttl_ms\":90000}"))) {
            try (var tailrace = client(server.url(), () -> "t");
                    var presence = tailrace.channel("board:a").presence()) {
                presence.join(new Presence.Here("active", "editing", "card:7", Map.of("color", "red"))).get(10, TimeUnit.SECONDS);
                assertThat(server.asked.get(0).body())
                        .isEqualTo("{\"state\":\"active\",\"mode\":\"editing\",\"resource\":\"card:7\",\"device\":\"d\",\"meta\":{\"color\":\"red\"}}");
                loop.advance(29_900);
                assertThat(server.asked).hasSize(1);
                loop.advance(200);
                now(loop, () -> assertThat(server.asked).hasSize(2));
                tailrace.appInForeground(false);
                now(loop, () -> assertThat(server.asked).anyMatch(one -> one.body().contains("\"state\":\"away\"")));
                tailrace.appInForeground(true);
                presence.leave();
                now(loop, () -> assertThat(server.asked.get(server.asked.size() - 1).method()).isEqualTo("DELETE"));
                int all = server.asked.size();
                loop.advance(300_000);
                assertThat(server.asked).hasSize(all);
            }
        }
    }

    @Test
    @Tag("R-30")
    void whoMayNotBeThereIsTold() throws Exception {
        try (var server = new RawServer((asked, reply) -> reply.problem(409, "not-offered"));
                var tailrace = client(server.url(), () -> "t")) {
            assertThat(tailrace.channel("board:a").presence().join(Presence.Here.viewing()))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(RefusedException.class);
        }
    }

    @Test
    @Tag("R-30")
    void membersFollowTheStreamAndAConnectionBeginsAnew() throws Exception {
        try (var rig = new Rig()) {
            var members = rig.tailrace.channel(Rig.CHANNEL).presence().members();
            rig.soon(() -> assertThat(rig.state()).isEqualTo(ConnectionState.Name.LIVE));
            rig.node.say("event: presence\ndata: {\"channel\":\"board:a\",\"members\":[{\"user\":\"ada\",\"state\":\"active\","
                    + "\"mode\":\"viewing\",\"devices\":1,\"last_seen\":\"\"}],\"count\":1}\n\n");
            rig.node.say("event: presence\ndata: {\"channel\":\"board:a\",\"joined\":[{\"user\":\"bob\"}],\"count\":2}\n\n");
            rig.now(() -> assertThat(members.value()).extracting(Member::user).containsExactly("ada", "bob"));
            rig.node.say("event: presence\ndata: {\"channel\":\"board:a\",\"left\":[{\"user\":\"ada\"}],\"count\":1}\n\n");
            rig.now(() -> assertThat(members.value()).extracting(Member::user).containsExactly("bob"));
            rig.node.cutAll();
            rig.soon(() -> assertThat(members.value()).isEmpty());
        }
    }

    @Test
    @Tag("R-32")
    void ofReadMarksTheLatestIsSaid() throws Exception {
        var failing = new AtomicInteger(2);
        try (var server = new RawServer((asked, reply) -> {
                    if (failing.getAndDecrement() > 0) {
                        reply.problem(503, "unavailable");
                    } else {
                        reply.answer(202, "application/json", "");
                    }
                });
                var tailrace = client(server.url(), () -> "t")) {
            for (int i = 1; i <= 50; i++) {
                tailrace.channel("board:a").read(i);
            }
            Eventually.eventually(() -> loop.advance(50), () -> assertThat(server.asked.get(server.asked.size() - 1).body()).isEqualTo("{\"seq\":50}"));
            assertThat(server.asked.size()).isLessThan(6);
        }
    }
}
