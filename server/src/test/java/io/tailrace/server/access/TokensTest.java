package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R-73")
class TokensTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final ChannelName ROADMAP = new ChannelName("board:roadmap");

    private final Tokens tokens = tokens(options(null));

    private static Tokens tokens(TokenOptions options) {
        return new Tokens(options, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static TokenOptions options(@Nullable URI jwks) {
        return new TokenOptions(SECRET, Map.of(), jwks, null, null, Duration.ofHours(24));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("u1")
                .claim("tenant", "acme")
                .issueTime(Date.from(NOW.minusSeconds(5)))
                .expirationTime(Date.from(NOW.plusSeconds(60)));
    }

    private static String signed(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims) throws JOSEException {
        var jwt = new SignedJWT(new JWSHeader(algorithm), claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static String token(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return signed(
                JWSAlgorithm.HS256,
                new MACSigner(SECRET),
                change.apply(claims()).build());
    }

    private Identity identity(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return tokens.identity(token(change), Identity.Credential.TOKEN);
    }

    private void refused(String token, ProblemType type) {
        assertThatThrownBy(() -> tokens.identity(token, Identity.Credential.TOKEN))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().cause()).isEqualTo(type));
    }

    @Test
    void aGoodTokenSaysWhoAsks() throws JOSEException {
        var identity = identity(claims -> claims.jwtID("t1").claim("device", "phone"));
        assertThat(identity.tenant()).isEqualTo("acme");
        assertThat(identity.user()).isEqualTo("u1");
        assertThat(identity.actor().tokenId()).isEqualTo("t1");
        assertThat(identity.actor().device()).isEqualTo("phone");
        assertThat(identity.actor().issuedAt()).isEqualTo(NOW.minusSeconds(5));
        assertThat(identity.expiresAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(identity.grants()).isEmpty();
    }

    @Test
    void theLeewayIsTwoSeconds() throws JOSEException {
        assertThat(identity(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(2)))))
                .isNotNull();
        refused(token(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(3)))), ProblemType.UNAUTHENTICATED);
        assertThat(identity(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(2)))))
                .isNotNull();
        refused(token(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(3)))), ProblemType.UNAUTHENTICATED);
    }

    @Test
    void aCookieThatWasGoodOnceIsToldApart() throws JOSEException {
        var old = token(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(60))));
        assertThatThrownBy(() -> tokens.identity(old, Identity.Credential.COOKIE))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().cause()).isEqualTo(ProblemType.TICKET_EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "tenant", "exp"})
    void whatIsNeededIsRequired(String claim) throws JOSEException {
        refused(token(claims -> claims.claim(claim, null)), ProblemType.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "-a", "a b", "a:b", "a%00", "ü"})
    void tenantsAreNames(String tenant) throws JOSEException {
        refused(token(claims -> claims.claim("tenant", tenant)), ProblemType.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "a.b.c", "e30.e30.", "....", "\0"})
    void nonsenseIsRefused(String text) {
        refused(text, ProblemType.UNAUTHENTICATED);
    }

    /** The library would read these, as if what does not belong there were not there. */
    @ParameterizedTest
    @ValueSource(strings = {"\0%s", "%s\0", "%s=", "%s$", "%s\u00e9", "%s.", "\n%s"})
    void nothingStandsAroundAToken(String form) throws JOSEException {
        refused(String.format(Locale.ROOT, form, token(claims -> claims)), ProblemType.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 61, 300_000_000_000L, Long.MAX_VALUE / 1_000, Long.MIN_VALUE / 1_000})
    void aTokenIsIssuedInTheTimeOfTheDatabaseAndBeforeItEnds(long second) throws JOSEException {
        long issued = second == 61 ? NOW.getEpochSecond() + second : second;
        refused(token(claims -> claims.claim("iat", issued)), ProblemType.UNAUTHENTICATED);
    }

    @Test
    void lifetimesAndSizesAreBounded() throws JOSEException {
        refused(
                token(claims -> claims.expirationTime(Date.from(NOW.plus(Duration.ofHours(25))))),
                ProblemType.UNAUTHENTICATED);
        refused(token(claims -> claims.subject("u".repeat(129))), ProblemType.UNAUTHENTICATED);
        refused(token(claims -> claims.claim("more", "x".repeat(Tokens.MAX_LENGTH))), ProblemType.UNAUTHENTICATED);
        var grant = Map.of("channel", "a", "can", List.of());
        assertThat(identity(claims -> claims.claim("grants", Collections.nCopies(GrantsClaim.MAX_GRANTS, grant)))
                        .grants())
                .hasSize(GrantsClaim.MAX_GRANTS);
        refused(
                token(claims -> claims.claim("grants", Collections.nCopies(GrantsClaim.MAX_GRANTS + 1, grant))),
                ProblemType.UNAUTHENTICATED);
    }

    @Test
    void anotherSecretAnotherAlgorithmAndNoneAreRefused() throws JOSEException {
        var claims = claims().build();
        refused(signed(JWSAlgorithm.HS256, new MACSigner("x".repeat(32)), claims), ProblemType.UNAUTHENTICATED);
        refused(signed(JWSAlgorithm.HS512, new MACSigner("x".repeat(64)), claims), ProblemType.UNAUTHENTICATED);
        var none = Base64URL.encode("{\"alg\":\"none\"}") + "." + Base64URL.encode(claims.toString()) + ".";
        refused(none, ProblemType.UNAUTHENTICATED);
    }

    @Test
    @Tag("R-71")
    void grantsMatchNamesAndBeginnings() throws JOSEException {
        var identity = identity(claims -> claims.claim(
                "grants",
                List.of(
                        Map.of("channel", "board:*", "can", List.of("read", "dance")),
                        Map.of("channel", "chat:42", "can", List.of("read", "write")))));
        assertThat(identity.granted(ROADMAP, Capability.READ)).isTrue();
        assertThat(identity.granted(ROADMAP, Capability.WRITE)).isFalse();
        assertThat(identity.granted(new ChannelName("chat:42"), Capability.WRITE))
                .isTrue();
        assertThat(identity.granted(new ChannelName("chat:421"), Capability.READ))
                .isFalse();
        assertThat(identity.granted(new ChannelName("boards"), Capability.READ)).isFalse();
    }

    @Test
    void aRoleStandsForWhatItsMembersMay() throws JOSEException {
        var editor = identity(claims -> claims.claim("role", "editor"));
        assertThat(editor.granted(ROADMAP, Capability.WRITE)).isTrue();
        assertThat(editor.granted(ROADMAP, Capability.MANAGE)).isFalse();
        var manager = identity(claims -> claims.claim("role", "manager"));
        assertThat(manager.granted(ROADMAP, Capability.MANAGE)).isTrue();
        assertThat(manager.granted(ROADMAP, Capability.PUBLISH_AS)).isFalse();
        assertThat(identity(claims -> claims.claim("role", "king")).granted(ROADMAP, Capability.READ))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"**", "*a", "a*b", "", "-a", "a b*"})
    void otherPatternsAreRefused(String pattern) throws JOSEException {
        refused(
                token(claims -> claims.claim("grants", List.of(Map.of("channel", pattern, "can", List.of("read"))))),
                ProblemType.UNAUTHENTICATED);
    }

    @Test
    void issuerAndAudienceAreDemandedWhenConfigured() throws JOSEException {
        var strict = tokens(
                new TokenOptions(SECRET, Map.of(), null, "https://id.example", "tailrace", Duration.ofHours(24)));
        var good = token(claims -> claims.issuer("https://id.example").audience(List.of("other", "tailrace")));
        assertThat(strict.identity(good, Identity.Credential.TOKEN).user()).isEqualTo("u1");
        for (String bad : List.of(
                token(claims -> claims),
                token(claims -> claims.issuer("https://evil.example").audience("tailrace")),
                token(claims -> claims.issuer("https://id.example").audience("other")))) {
            assertThatThrownBy(() -> strict.identity(bad, Identity.Credential.TOKEN))
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void publishedKeysCheckTheirAlgorithmsAndNoOther() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = ed.getPublic().getEncoded();
        var okp = new OctetKeyPair.Builder(
                        Curve.Ed25519,
                        Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
                .build();
        var published = new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK(), okp)).toString();
        var server = serving(published);
        try {
            var both = tokens(
                    options(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys")));
            var claims = claims().build();
            for (String good : List.of(
                    signed(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims),
                    signed(JWSAlgorithm.ES256, new ECDSASigner(ec), claims),
                    ed25519(ed, claims),
                    signed(JWSAlgorithm.HS256, new MACSigner(SECRET), claims))) {
                assertThat(both.identity(good, Identity.Credential.TOKEN).user())
                        .isEqualTo("u1");
            }
            // The old trick: a public key used as if it were the shared secret.
            byte[] asSecret = rsa.toRSAPublicKey().getEncoded();
            for (String bad : List.of(
                    signed(JWSAlgorithm.HS256, new MACSigner(asSecret), claims),
                    signed(JWSAlgorithm.RS512, new RSASSASigner(rsa), claims),
                    signed(JWSAlgorithm.RS256, new RSASSASigner(new RSAKeyGenerator(2048).generate()), claims))) {
                assertThatThrownBy(() -> both.identity(bad, Identity.Credential.TOKEN))
                        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(
                                        refusal.problem().status())
                                .isEqualTo(401));
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keysThatCannotBeHadAre503() throws Exception {
        var nowhere = tokens(options(URI.create("http://127.0.0.1:1/keys")));
        var token = signed(
                JWSAlgorithm.ES256, new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate()), claims().build());
        assertThatThrownBy(() -> nowhere.identity(token, Identity.Credential.TOKEN))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().cause()).isEqualTo(ProblemType.KEYS_UNAVAILABLE));
    }

    @Test
    void secretsChangeByTheirNames() throws JOSEException {
        var next = "another-secret-of-32-bytes-or-more";
        var both = tokens(new TokenOptions(SECRET, Map.of("next", next), null, null, null, Duration.ofHours(24)));
        for (String good : List.of(named("next", next), named("older", SECRET), token(claims -> claims))) {
            assertThat(both.identity(good, Identity.Credential.TOKEN).user()).isEqualTo("u1");
        }
        for (String bad : List.of(named("next", SECRET), named("older", next))) {
            assertThatThrownBy(() -> both.identity(bad, Identity.Credential.TOKEN))
                    .isInstanceOf(Refusal.class);
        }
    }

    private static String named(String kid, String secret) throws JOSEException {
        var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build();
        var jwt = new SignedJWT(header, claims().build());
        jwt.sign(new MACSigner(secret));
        return jwt.serialize();
    }

    private static String ed25519(KeyPair pair, JWTClaimsSet claims) throws Exception {
        String signed = Base64URL.encode("{\"alg\":\"EdDSA\"}") + "." + Base64URL.encode(claims.toString());
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64URL.encode(signature.sign());
    }

    private static HttpServer serving(String json) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/keys", exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
