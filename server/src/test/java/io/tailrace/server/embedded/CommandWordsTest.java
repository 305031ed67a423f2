package io.tailrace.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.tailrace.server.access.Capability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-92")
class CommandWordsTest {

    private final Path directory;

    CommandWordsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void takesValuesInBothForms() throws StartRefused {
        var flags = Flags.parse(List.of("--port", "1", "--grant=a=b", "--grant", "c=d"), Set.of("port", "grant"));

        assertThat(flags.number("port", 1, 9, 5)).isEqualTo(1);
        assertThat(flags.all("grant")).containsExactly("a=b", "c=d");
        assertThat(Flags.parse(List.of(), Set.of("port")).number("port", 1, 9, 5))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--prot 1", "port", "-port 1", "--port", "--port x", "--port 0", "--port 10", "--port 1 --port 2"
            })
    void refusesWhatIsNotAnOptionOrNotItsValue(String words) {
        assertThatThrownBy(() ->
                        Flags.parse(List.of(words.split(" ")), Set.of("port")).number("port", 1, 9, 5))
                .isInstanceOf(StartRefused.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void readsGrants() throws StartRefused {
        var grant = TokenCommand.grant("board:*=read,publish_as");

        assertThat(grant.pattern()).isEqualTo("board:*");
        assertThat(grant.can()).containsExactlyInAnyOrder(Capability.READ, Capability.PUBLISH_AS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "board:*",
                "=read",
                "board:*=",
                "board:*=reed",
                "bo*rd=read",
                "board=read,",
                "board=READ",
                "a b=read"
            })
    void refusesGrantsThatAreNone(String text) {
        assertThatThrownBy(() -> TokenCommand.grant(text))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("--grant ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"90s, PT90S", "15m, PT15M", "24h, PT24H", "1d, PT24H"})
    void readsLifetimes(String text, Duration lifetime) throws StartRefused {
        assertThat(TokenCommand.lifetime(text)).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "h", "0h", "-1h", "1.5h", "25h", "2d", "1w", "9999999s"})
    void refusesLifetimesThatNodesWouldNotAccept(String text) {
        assertThatThrownBy(() -> TokenCommand.lifetime(text))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("--ttl ");
    }

    @Test
    void signsWithTheSecretOfTheDirectory() throws Exception {
        var data = directory.resolve("data");
        var words =
                List.of("--tenant", "acme", "--user", "me", "--grant", "chat:1=write,read", "--data", data.toString());

        var token = SignedJWT.parse(TokenCommand.run(words));

        var secret = Files.readString(data.resolve("jwt.secret")).strip();
        assertThat(token.verify(new MACVerifier(secret.getBytes(StandardCharsets.UTF_8))))
                .isTrue();
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("me");
        assertThat(claims.getClaim("tenant")).isEqualTo("acme");
        assertThat(claims.getClaim("grants"))
                .isEqualTo(List.of(Map.of("channel", "chat:1", "can", List.of("read", "write"))));
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void keepsSecretsFromOthersAndForGood() throws Exception {
        var data = DataDirectory.at(directory.resolve("data"));

        var secret = data.secret("jwt");

        assertThat(secret).hasSize(43).isEqualTo(data.secret("jwt")).isNotEqualTo(data.secret("database"));
        assertThat(Files.getPosixFilePermissions(data.resolve("jwt.secret")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(data.path())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
}
