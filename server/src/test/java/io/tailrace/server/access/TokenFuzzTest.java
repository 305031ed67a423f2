package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.util.Base64URL;
import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tokens cut, spliced, headed anew, signed with what is public, and honestly signed nonsense. None is good whose header and
 * payload were not signed by the issuer as they are; nothing that one says has anything fetched.
 */
@Tag("R-73")
public class TokenFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration MAX_TTL = Duration.ofHours(24);
    private static final long BOUND = 1_048_576;
    private static final int PER_CHARACTER = 512;
    private static final int MAX_EDITS = 6;

    private static final String[] ALGORITHMS = {"HS256", "named", "RS256", "ES256", "EdDSA"};
    private static final String[] HEADERS = {
        "{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",\"kid\":\"named\"}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"ES256\",\"kid\":\"ec\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
        "{\"alg\":\"none\"}",
        "{\"alg\":\"HS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":\"PS256\",\"kid\":\"rsa\"}",
        "{\"alg\":\"ES256\",\"jku\":\"http://127.0.0.1:9/keys\",\"kid\":\"x\"}",
        "{\"alg\":\"RS256\",\"x5u\":\"http://127.0.0.1:9/\",\"x5c\":[\"MA==\"]}",
        "{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}}",
        "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}",
        "{\"alg\":\"HS256\",\"zip\":\"DEF\",\"crit\":[\"exp\"]}"
    };
    private static final String[] CLAIMS = {
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"iat\":1795435190,\"exp\":1795435260}",
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"exp\":1795435260,\"jti\":\"t\",\"device\":\"d\","
                + "\"grants\":[{\"channel\":\"board:*\",\"can\":[\"read\",\"write\"]}],\"role\":\"editor\"}",
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"exp\":9223372036854775807}",
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"exp\":1795435260,\"iat\":-9223372036854775807}",
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"exp\":1795435260,\"iat\":9223372036854775}",
        "{\"sub\":\"u1\",\"tenant\":\"acme\",\"exp\":1.795435260e9,\"nbf\":1e300,\"aud\":[1]}",
        "{\"sub\":[\"u1\"],\"tenant\":{},\"exp\":\"1795435260\",\"grants\":{},\"role\":7}"
    };

    private static final Mint MINT = new Mint();
    private static final Tokens TOKENS = new Tokens(MINT.options(), Clock.fixed(NOW, ZoneOffset.UTC));

    /** Signatures of the issuer, by what they are over: those of good tokens, and of the one at hand. */
    private static final Map<String, String> SIGNED = new HashMap<>();

    private static final List<String> GOOD = good();

    @Test
    void whatTheIssuerDidNotSignIsNotGood() {
        Fuzzing.run(TokenFuzzTest.class);
    }

    public static void fuzzerInitialize() {
        BugDetectors.allowNetworkConnections((host, port) -> port == MINT.port()); // and nothing else
        GOOD.forEach(token -> TOKENS.identity(token, Identity.Credential.TOKEN));
    }

    public static void fuzzerTestOneInput(FuzzedDataProvider data) throws JOSEException, GeneralSecurityException {
        SIGNED.clear();
        GOOD.forEach(TokenFuzzTest::signed);
        var by = data.pickValue(Identity.Credential.values());
        String token = data.consumeBoolean() ? edited(data) : data.consumeBoolean() ? forged(data) : honest(data);
        Cost.atMost(BOUND + (long) PER_CHARACTER * token.length(), () -> holds(token, by));
    }

    private static void holds(String token, Identity.Credential by) {
        try {
            var identity = TOKENS.identity(token, by);
            String signed = beforeSignature(token);
            assertThat(SIGNED).containsKey(signed);
            assertThat(decoded(token)).isEqualTo(decoded(SIGNED.getOrDefault(signed, "")));
            assertThat(identity.tenant()).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
            assertThat(identity.user().length()).isBetween(1, 128);
            assertThat(identity.expiresAt())
                    .isBetween(NOW.minus(Tokens.LEEWAY), NOW.plus(MAX_TTL).plus(Tokens.LEEWAY));
            assertThat(identity.actor().issuedAt()).isBetween(Instant.EPOCH, identity.expiresAt());
            assertThat(identity.grants()).hasSizeLessThanOrEqualTo(GrantsClaim.MAX_GRANTS + 1);
            assertThat(identity.by()).isEqualTo(by);
        } catch (Refusal refusal) {
            assertThat(refusal.problem().status()).isEqualTo(401);
            assertThat(refusal.problem().cause()).isIn(ProblemType.UNAUTHENTICATED, ProblemType.TICKET_EXPIRED);
            assertThat(refusal.problem().detail()).isNotBlank().hasSizeLessThan(200);
        }
    }

    /** A good one with some characters others, some gone, or parts of another one in it. */
    private static String edited(FuzzedDataProvider data) {
        var token = new StringBuilder(data.pickValue(GOOD));
        for (int i = data.consumeInt(0, MAX_EDITS); i > 0 && !token.isEmpty(); i--) {
            int from = data.consumeInt(0, token.length() - 1);
            int to = Math.min(token.length(), from + data.consumeInt(0, 40));
            String other = data.pickValue(GOOD);
            int at = Math.min(from, other.length());
            token.replace(
                    from,
                    to,
                    data.consumeBoolean()
                            ? data.consumeString(8)
                            : other.substring(at, Math.min(other.length(), at + data.consumeInt(0, 400))));
        }
        return token.toString();
    }

    /** A header of the attacker's, claims that are good, and a signature that is not. */
    private static String forged(FuzzedDataProvider data) throws JOSEException, GeneralSecurityException {
        String signed = encoded(text(data, HEADERS)) + "." + encoded(text(data, CLAIMS));
        byte[] signature =
                switch (data.consumeInt(0, 3)) {
                    case 0 -> Mint.mac(data.pickValue(MINT.publicBytes()), signed);
                    case 1 -> data.consumeBytes(80);
                    case 2 -> new byte[data.pickValue(new int[] {0, 32, 64, 256})]; // CVE-2022-21449, and its like
                    default -> {
                        String other = data.pickValue(GOOD);
                        yield Base64URL.from(other.substring(other.lastIndexOf('.') + 1))
                                .decode();
                    }
                };
        return signed + "." + Base64URL.encode(signature);
    }

    /** Whatever the issuer might sign. */
    private static String honest(FuzzedDataProvider data) {
        String over = encoded(text(data, HEADERS)) + "." + encoded(text(data, CLAIMS));
        return signed(over + "." + Base64URL.encode(MINT.signature(data.pickValue(ALGORITHMS), over)));
    }

    private static String signed(String token) {
        SIGNED.put(beforeSignature(token), token);
        return token;
    }

    private static String beforeSignature(String token) {
        return token.strip().substring(0, token.strip().lastIndexOf('.'));
    }

    /** The signature's bytes: not every spelling of them counts. */
    private static byte[] decoded(String token) {
        return Base64URL.from(token.substring(token.lastIndexOf('.') + 1)).decode();
    }

    private static String text(FuzzedDataProvider data, String[] known) {
        var text = new StringBuilder(data.pickValue(known));
        if (data.consumeBoolean()) {
            int from = data.consumeInt(0, text.length());
            text.replace(from, Math.min(text.length(), from + data.consumeInt(0, 20)), data.consumeString(40));
        }
        return text.toString();
    }

    private static Base64URL encoded(String text) {
        return Base64URL.encode(text);
    }

    private static List<String> good() {
        return List.of(
                good("HS256", HEADERS[0]),
                good("named", HEADERS[1]),
                good("RS256", HEADERS[2]),
                good("ES256", HEADERS[3]),
                good("EdDSA", HEADERS[4]));
    }

    private static String good(String algorithm, String header) {
        String signed = encoded(header) + "." + encoded(CLAIMS[1]);
        return signed + "." + Base64URL.encode(MINT.signature(algorithm, signed));
    }
}
