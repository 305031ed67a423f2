package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.wire.Json;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Live streams are seen, changed and renewed by their principal, from any node. */
@Tag("R-26")
class ControlTest {

    private static GatewayFixture fixture;
    private static GatewayFixture.Node holder;
    private static GatewayFixture.Node other;
    private static String token;

    @BeforeAll
    static void start() {
        fixture = new GatewayFixture();
        holder = fixture.node();
        other = fixture.node();
        token = fixture.token("u1");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static String open(io.tailrace.server.SseReader stream) {
        return "/v1/streams/"
                + StreamTest.streamId(
                        new Json(String.valueOf(stream.named("open").data())));
    }

    @Test
    void showsWhatAStreamFollowsOnEveryNode() {
        fixture.append("chat:show", 2);
        try (var stream = holder.stream("channel=chat:show@0", token, null)) {
            var path = open(stream);
            stream.events(2);
            for (var node : java.util.List.of(holder, other)) {
                var answer = node.send("GET", path, token, null);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("\"chat:show\":{\"seq\":2,", "\"node\":\"n1\"");
            }
        }
    }

    @Test
    void nobodyElseSeesOrChangesIt() {
        try (var stream = holder.stream("channel=chat:mine", token, null)) {
            var path = open(stream);
            var stranger = fixture.token("u2");
            assertThat(holder.send("GET", path, stranger, null).statusCode()).isEqualTo(404);
            assertThat(other.send("PATCH", path, stranger, "{\"add\":[\"chat:x\"]}")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(other.send("PUT", path + "/token", stranger, null).statusCode())
                    .isEqualTo(404);
            assertThat(holder.send("GET", path, "", null).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void saysWhenThereIsNoSuchStreamOrItsNodeCannotBeReached() {
        assertThat(holder.send("GET", "/v1/streams/nonsense", token, null).statusCode())
                .isEqualTo(404);
        assertThat(holder.send("GET", "/v1/streams/AAAAAAAAAAAAAAAA.n1", token, null)
                        .statusCode())
                .isEqualTo(404);
        var unreachable = holder.send("GET", "/v1/streams/AAAAAAAAAAAAAAAA.gone", token, null);
        assertThat(unreachable.statusCode()).isEqualTo(503);
        assertThat(unreachable.body()).contains("upstream-node-unreachable");
    }

    @Test
    void refusesWhatAStreamMayNotFollow() {
        var narrow = fixture.token("u1", "chat:*", Duration.ofHours(1));
        try (var stream = holder.stream("channel=chat:narrow", narrow, null)) {
            var path = open(stream);
            assertThat(other.send("PATCH", path, token, "{\"add\":[\"board:x\"]}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(other.send("PATCH", path, token, "{\"add\":[\"not a name\"]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(other.send("PATCH", path, token, "{\"remove\":[\"chat:narrow\"]}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(other.send("PATCH", path, token, "{\"unknown\":[]}").statusCode())
                    .isEqualTo(400);
            assertThat(other.send("GET", path, token, null).body()).contains("chat:narrow");
        }
    }

    @Test
    void addsFromAPositionOrFromNowAndRemoves() {
        fixture.append("chat:add", 3);
        fixture.append("chat:now", 3);
        try (var stream = holder.stream("channel=chat:first", token, null)) {
            var path = open(stream);
            var answer = other.send("PATCH", path, token, "{\"add\":[\"chat:add@1\",\"chat:now\"]}");
            assertThat(answer.body()).contains("\"chat:add\":{\"seq\":1,", "\"chat:now\":{\"seq\":3,");
            assertThat(stream.events(2)).extracting(StreamTest::seq).containsExactly(2L, 3L);
            fixture.append("chat:now", 1);
            assertThat(stream.events(1)).extracting(StreamTest::seq).containsExactly(4L);
            var removed = holder.send("PATCH", path, token, "{\"remove\":[\"chat:now\"]}");
            assertThat(removed.body()).doesNotContain("chat:now");
            fixture.append("chat:now", 1);
            fixture.append("chat:first", 1);
            assertThat(stream.events(1).getFirst().data()).contains("chat:first");
        }
    }
}
