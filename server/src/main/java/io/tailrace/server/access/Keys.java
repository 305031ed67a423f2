package io.tailrace.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What signatures are checked with. The algorithm decides the kind of key and never the other way round: HS256 is
 * checked with the secret only, the others with public keys only, anything else with nothing.
 */
final class Keys {

    private static final Set<JWSAlgorithm> PUBLIC = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);

    private static final int CONNECT_MS = 2_000;
    private static final int READ_MS = 2_000;
    private static final int MAX_BYTES = 65_536;
    private static final long CACHE_MS = Duration.ofMinutes(5).toMillis();
    private static final long REFRESH_MS = Duration.ofSeconds(5).toMillis();
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final @Nullable JWSVerifier secret;
    private final @Nullable JWKSource<SecurityContext> published;

    Keys(TokenOptions options) {
        this.secret = options.secret() == null ? null : mac(options.secret());
        this.published = options.jwks() == null ? null : source(options.jwks());
    }

    /**
     * What may check a token of this header; empty when nothing may.
     *
     * @throws Refusal 503 when the published keys cannot be had
     */
    List<JWSVerifier> verifiers(JWSHeader header) {
        if (JWSAlgorithm.HS256.equals(header.getAlgorithm())) {
            return secret == null ? List.of() : List.of(secret);
        }
        if (published == null || !PUBLIC.contains(header.getAlgorithm())) {
            return List.of();
        }
        try {
            var selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
            return published.get(selector, null).stream().map(Keys::verifier).toList();
        } catch (JOSEException e) {
            throw new Refusal(Problem.of(ProblemType.KEYS_UNAVAILABLE).retryAfter(RETRY));
        }
    }

    private static JWSVerifier mac(String secret) {
        try {
            return new MACVerifier(secret.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the secret is too short for HS256", e);
        }
    }

    private static JWSVerifier verifier(JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa -> new RSASSAVerifier(rsa);
                case ECKey ec -> new ECDSAVerifier(ec);
                case OctetKeyPair okp -> new Ed25519(okp);
                default -> throw new JOSEException("no signature key");
            };
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that its header's algorithm matched is unusable", e);
        }
    }

    private static JWKSource<SecurityContext> source(URI jwks) {
        try {
            return JWKSourceBuilder.create(jwks.toURL(), new DefaultResourceRetriever(CONNECT_MS, READ_MS, MAX_BYTES))
                    .cache(CACHE_MS, REFRESH_MS)
                    .retrying(true)
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a URL that keys can be read from: " + jwks, e);
        }
    }
}
