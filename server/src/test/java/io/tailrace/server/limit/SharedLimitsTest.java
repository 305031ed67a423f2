package io.tailrace.server.limit;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerFixture;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two nodes with low limits, behind a balancer that sends every other write to the other one. */
@Tag("R-74")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedLimitsTest {

    private static final int USER = 20;
    private static final int TENANT = 40;
    private static final int CHANNEL = 10;
    private static final String EVENT = "{\"type\":\"t\",\"data\":{}}";

    private RedisServer redis;
    private ServerFixture one;
    private ServerFixture two;

    @BeforeAll
    void start() {
        var postgres = PostgresServer.shared(PostgresServer.Version.DEBIAN_15);
        redis = RedisServer.launch(RedisServer.Version.SYSTEM);
        one = ServerFixture.start(
                postgres,
                postgres.createDatabase(),
                redis,
                Map.of(
                        "TAILRACE_USER_WRITE_RATE", Integer.toString(USER),
                        "TAILRACE_TENANT_WRITE_RATE", Integer.toString(TENANT)));
        two = one.another();
        assertReported("up");
    }

    @AfterAll
    void stop() {
        two.close();
        one.close();
        redis.close();
    }

    private String token(String tenant, String user) {
        return one.token(
                user,
                Map.of(
                        "tenant",
                        tenant,
                        "grants",
                        List.of(ServerFixture.grant("*", "read", "write", "presence", "manage"))));
    }

    private void assertReported(String state) {
        for (var node : List.of(one, two)) {
            eventually(() -> assertThat(node.get("/health/ready", "").body()).contains("\"limits\":\"" + state + "\""));
        }
    }

    /** Writes to both in turn until five seconds' worth is taken; says how long that took. */
    private Duration fiveSecondsWorth(int perSecond, Writer writer) {
        long begun = System.nanoTime();
        int passed = 0;
        for (int i = 0; passed < 5 * perSecond; i++) {
            int status = writer.write(i % 2 == 0 ? one : two, i);
            assertThat(status).isIn(201, 429);
            passed += status == 201 ? 1 : 0;
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @FunctionalInterface
    private interface Writer {
        int write(ServerFixture node, int number);
    }

    /** A second's worth of each node, and a little, may pass at once; each by itself would be through in a second and a half. */
    private static void assertShared(Duration took) {
        assertThat(took).isBetween(Duration.ofMillis(2_600), Duration.ofSeconds(12));
    }

    @Test
    void aUserHasItsRateOnce() {
        var ada = token("u", "ada");
        assertShared(fiveSecondsWorth(
                USER, (node, i) -> node.append("chat:u", EVENT, ada).statusCode()));
    }

    @Test
    void aTenantHasItsQuotaOnceHoweverManyUsersWrite() {
        var tokens = List.of(token("q", "u1"), token("q", "u2"), token("q", "u3"), token("q", "u4"), token("q", "u5"));
        assertShared(fiveSecondsWorth(TENANT, (node, i) -> node.append("chat:q", EVENT, tokens.get(i % tokens.size()))
                .statusCode()));
        assertThat(one.append("chat:q", EVENT, token("another", "u1")).statusCode())
                .as("another tenant")
                .isEqualTo(201);
    }

    @Test
    void aChannelHasItsRateOnce() {
        var manager = token("c", "ada");
        assertThat(one.send("PUT", "/v1/namespaces/slow", "{\"write_rate\":" + CHANNEL + "}", manager)
                        .statusCode())
                .isLessThan(300);
        eventually(() ->
                assertThat(two.append("slow:0", EVENT, manager).statusCode()).isEqualTo(201));
        var policies = new HashSet<String>();
        assertShared(fiveSecondsWorth(CHANNEL, (node, i) -> {
            var answer = node.append("slow:c", EVENT, manager);
            policies.add(answer.headers().firstValue("RateLimit-Policy").orElseThrow());
            return answer.statusCode();
        }));
        assertThat(policies).anyMatch(policy -> policy.contains("\"channel-writes\";q=" + CHANNEL + ";w=1"));
    }

    @Test
    @Tag("R-82")
    void whileRedisIsAwayEachNodeHoldsTheLimitsAndSaysSo() throws Exception {
        var ada = token("r", "ada");
        redis.kill();
        try {
            assertReported("down");
            assertThat(metrics(one)).contains("tailrace_limits_shared");
            assertThat(value(metrics(one), "tailrace_limits_shared")).isZero();
            for (var node : List.of(one, two)) {
                assertThat(node.append("chat:r", EVENT, ada).statusCode())
                        .as("writes go on")
                        .isEqualTo(201);
                eventually(() -> {
                    var answer = node.append("chat:r", EVENT, ada);
                    assertThat(answer.statusCode()).as("its own limit").isEqualTo(429);
                    assertThat(answer.headers().firstValue("RateLimit-Policy")).isPresent();
                });
            }
        } finally {
            redis.start();
        }
        assertReported("up");
        assertThat(value(metrics(one), "tailrace_limits_shared")).isEqualTo(1);
        assertThat(value(metrics(one), "tailrace_limits_refused_total")).isPositive();
        var bob = token("r2", "bob");
        assertShared(fiveSecondsWorth(
                USER, (node, i) -> node.append("chat:r", EVENT, bob).statusCode()));
    }

    private static String metrics(ServerFixture node) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
