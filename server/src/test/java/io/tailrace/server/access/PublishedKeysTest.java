package io.tailrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An issuer changes its keys, is away, and is asked for keys that it never had. */
@Tag("R-73")
class PublishedKeysTest {

    private final AtomicInteger asked = new AtomicInteger();
    private volatile String published = "";
    private HttpServer issuer;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        issuer.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = published.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
        var jwks = URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys");
        tokens =
                new Tokens(new TokenOptions(null, Map.of(), jwks, null, null, Duration.ofHours(24)), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        issuer.stop(0);
    }

    private void publish(JWK... keys) {
        published = new JWKSet(List.of(keys)).toString();
    }

    private static ECKey key(String kid) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    }

    private static String token(ECKey key) throws JOSEException {
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .subject("u1")
                .claim("tenant", "acme")
                .expirationTime(Date.from(now.plusSeconds(60)))
                .build();
        var header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
        var jwt = new SignedJWT(header, claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private int status(ECKey key) throws JOSEException {
        try {
            tokens.identity(token(key), Identity.Credential.TOKEN);
            return 200;
        } catch (Refusal refused) {
            return refused.problem().status();
        }
    }

    @Test
    void aKeyThatIsNewIsFetchedWhenATokenNamesIt() throws JOSEException {
        var first = key("first");
        var second = key("second");
        publish(first.toPublicJWK());
        assertThat(status(first)).isEqualTo(200);
        publish(first.toPublicJWK(), second.toPublicJWK());
        assertThat(status(second)).isEqualTo(200);
        assertThat(status(first)).isEqualTo(200);
    }

    @Test
    void keysThatNobodyHasDoNotFloodTheIssuer() throws JOSEException {
        var known = key("known");
        publish(known.toPublicJWK());
        assertThat(status(known)).isEqualTo(200);
        for (int i = 0; i < 100; i++) {
            assertThat(status(key("made-up-" + i))).isEqualTo(401);
        }
        assertThat(asked.get()).isLessThan(5);
        assertThat(status(known)).isEqualTo(200);
    }

    @Test
    void knownKeysGoOnWhileTheIssuerIsAway() throws JOSEException {
        var known = key("known");
        publish(known.toPublicJWK());
        assertThat(status(known)).isEqualTo(200);
        issuer.stop(0);
        assertThat(status(key("unknown"))).isIn(401, 503);
        assertThat(status(known)).isEqualTo(200);
    }

    @Test
    void keysOfOtherKindsAreAsIfTheyWereNotThere() throws JOSEException {
        var known = key("known");
        var other = new OctetKeyPair.Builder(Curve.X25519, Base64URL.encode(new byte[32]))
                .keyID("known")
                .build();
        publish(other, new ECKeyGenerator(Curve.P_384).keyID("known").generate().toPublicJWK(), known.toPublicJWK());
        assertThat(status(known)).isEqualTo(200);
    }

    @Test
    void whatIsNoKeySetIsAsIfTheIssuerWereAway() throws JOSEException {
        published = "<html>a login page</html>";
        var known = key("known");
        assertThat(status(known)).isEqualTo(503);
        assertThatThrownBy(() -> tokens.identity(token(known), Identity.Credential.TOKEN))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().retryAfter()).isNotNull());
    }
}
