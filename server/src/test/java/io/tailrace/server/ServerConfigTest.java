package io.tailrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

    private static final Map<String, String> LEAST = Map.of(
            "TAILRACE_DATABASE_URL", "postgres://u:p%40ss@db.example.org/tailrace?sslmode=require",
            "TAILRACE_JWT_SECRET", "0123456789abcdef0123456789abcdef");

    private static ServerConfig with(String variable, String value) {
        var environment = new HashMap<>(LEAST);
        environment.put("PATH", "/usr/bin");
        environment.put(variable, value);
        return ServerConfig.from(environment);
    }

    @Test
    void theLeastThatIsNeededLeavesEverythingElseAtItsDefault() {
        var config = ServerConfig.from(LEAST);
        assertThat(config.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(config.http().port()).isEqualTo(8_080);
        assertThat(config.http().adminPort()).isEqualTo(9_080);
        assertThat(config.redis()).isNull();
        assertThat(config.idempotencyTtl()).isEqualTo(Duration.ofDays(7));
        assertThat(config.tickets().ttl()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.node())
                .matches("[A-Za-z0-9._-]{1,64}")
                .isNotEqualTo(ServerConfig.from(LEAST).node());
    }

    @Test
    void theMaximumOfConnectionsStaysUnderTheLimitOfDescriptors() {
        assertThat(ServerConfig.from(LEAST).http().maxConnections()).isBetween(100, 1_000_000);
    }

    @Test
    void listsAreReadWithOrWithoutBlanks() {
        assertThat(with("TAILRACE_ROLES", "write, relay").roles()).containsExactlyInAnyOrder(Role.WRITE, Role.RELAY);
        assertThat(with("TAILRACE_ALLOWED_ORIGINS", "https://a.example,http://localhost:3000")
                        .http()
                        .allowedOrigins())
                .isEqualTo(Set.of("https://a.example", "http://localhost:3000"));
    }

    @Test
    void emptyIsAsGoodAsAbsent() {
        assertThat(with("TAILRACE_REDIS_URL", "").redis()).isNull();
        assertThat(with("TAILRACE_PORT", " ").http().port()).isEqualTo(8_080);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "TAILRACE_DATABASE_URL, ''",
                "TAILRACE_DATABASE_URL, mysql://a/b",
                "TAILRACE_DATABASE_POOL, 1",
                "TAILRACE_DATABASE_POOL, many",
                "TAILRACE_REDIS_URL, localhost:6379",
                "TAILRACE_REDIS_URL, http://localhost",
                "TAILRACE_REDIS_PREFIX, a:b",
                "TAILRACE_JWT_SECRET, short",
                "TAILRACE_JWKS_URL, file:/etc/keys",
                "TAILRACE_PORT, 65536",
                "TAILRACE_PORT, -1",
                "TAILRACE_PORT, 8O8O",
                "TAILRACE_PORT, 64536",
                "TAILRACE_NODE, a b",
                "TAILRACE_ROLES, \"write,cook\"",
                "TAILRACE_ALLOWED_ORIGINS, *",
                "TAILRACE_ALLOWED_ORIGINS, https://a.example/path",
                "TAILRACE_IDEMPOTENCY_TTL, 7",
                "TAILRACE_IDEMPOTENCY_TTL, 59m",
                "TAILRACE_IDEMPOTENCY_TTL, 366d",
                "TAILRACE_REQUEST_TIMEOUT, 999ms",
                "TAILRACE_MAX_BODY_BYTES, 65535",
                "TAILRACE_TICKET_TTL, 25h",
                "TAILRACE_TLS_CERT, /no/such/file",
                "TAILRACE_COMPRESSED_STREAMS, -1",
                "TAILRACE_CLIENTS_SERVED, tailrace-js",
                "TAILRACE_CLIENTS_SERVED, tailrace-js>0.3",
                "TAILRACE_CLIENTS_SERVED, tailrace-js>=0.3-beta",
                "TAILRACE_CLIENTS_SERVED, tailrace-js>=1.2.3.4.5",
                "TAILRACE_CLIENTS_SERVED, \"a>=1,\"",
                "TAILRACE_CLIENTS_SERVED, \"a>=1,a>=2\"",
                "TAILRACE_NO_SUCH_OPTION, 1",
            })
    void whatIsMalformedIsRefusedWithASentenceThatNamesIt(String variable, String value) {
        assertThatThrownBy(() -> with(variable, value.replace("''", "")))
                .isInstanceOf(ConfigFault.class)
                .hasMessageContaining("TAILRACE_")
                .hasMessageEndingWith(".")
                .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("p@ss"));
    }

    @Test
    void aKeyOfSomeKindIsRequired() {
        assertThatThrownBy(() -> ServerConfig.from(Map.of("TAILRACE_DATABASE_URL", "jdbc:postgresql://db/t")))
                .isInstanceOf(ConfigFault.class)
                .hasMessage("TAILRACE_JWT_SECRET, TAILRACE_JWT_SECRETS or TAILRACE_JWKS_URL is required.");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(with("TAILRACE_LOG_KEY", "pepper").toString())
                .doesNotContain("0123456789abcdef")
                .doesNotContain("p@ss")
                .doesNotContain("pepper");
    }
}
