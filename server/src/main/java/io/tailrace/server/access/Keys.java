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
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What signatures are checked with. The algorithm decides the kind of key and never the other way round: HS256 is
 * checked with a secret only, the others with public keys only, anything else with nothing. {@code kid} chooses among keys
 * that are here; nothing that a token says has a key fetched from anywhere.
 *
 * <p>Published keys are fetched anew before they are {@value #CACHE_MS} ms old, and when a token names one that is not
 * there, at most every {@value #PACE_MS} ms. While they cannot be had, those that were go on for {@link #OUTAGE}.
 */
final class Keys {

    private static final Set<JWSAlgorithm> PUBLIC = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);

    private static final int CONNECT_MS = 2_000;
    private static final int READ_MS = 2_000;
    private static final int MAX_BYTES = 65_536;
    private static final long CACHE_MS = 300_000;
    private static final long REFRESH_MS = Duration.ofSeconds(5).toMillis();
    private static final long PACE_MS = 10_000;

    /** How long keys are good that cannot be fetched anew: a night in which nobody repairs the issuer. */
    private static final Duration OUTAGE = Duration.ofHours(12);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final @Nullable JWSVerifier secret;
    private final Map<String, JWSVerifier> secrets;
    private final @Nullable JWKSource<SecurityContext> published;
    private volatile boolean fetched;

    Keys(TokenOptions options) {
        this.secret = options.secret() == null ? null : mac(options.secret());
        this.secrets = options.secrets().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> mac(entry.getValue())));
        this.published = options.jwks() == null ? null : source(options.jwks());
    }

    /**
     * What may check a token of this header; empty when nothing may.
     *
     * @throws Refusal 503 when the published keys cannot be had
     */
    List<JWSVerifier> verifiers(JWSHeader header) {
        if (JWSAlgorithm.HS256.equals(header.getAlgorithm())) {
            var named = header.getKeyID() == null ? null : secrets.get(header.getKeyID());
            var only = named == null ? secret : named;
            return only == null ? List.of() : List.of(only);
        }
        if (published == null || !PUBLIC.contains(header.getAlgorithm())) {
            return List.of();
        }
        try {
            var selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
            var keys = published.get(selector, null);
            fetched = true;
            return keys.stream()
                    .map(Keys::verifier)
                    .flatMap(Optional::stream)
                    .filter(verifier -> verifier.supportedJWSAlgorithms().contains(header.getAlgorithm()))
                    .toList();
        } catch (RateLimitReachedException soon) {
            if (fetched) {
                return List.of(); // none of that name, moments ago
            }
            throw new Refusal(Problem.of(ProblemType.KEYS_UNAVAILABLE).retryAfter(RETRY));
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

    /** Empty for a key of a kind or curve that we do not use. */
    private static Optional<JWSVerifier> verifier(JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa -> Optional.of(new RSASSAVerifier(rsa));
                case ECKey ec -> Optional.of(new ECDSAVerifier(ec));
                case OctetKeyPair okp -> Optional.of(new Ed25519(okp));
                default -> Optional.empty();
            };
        } catch (JOSEException unusable) {
            return Optional.empty();
        }
    }

    private static JWKSource<SecurityContext> source(URI jwks) {
        try {
            return JWKSourceBuilder.create(jwks.toURL(), new DefaultResourceRetriever(CONNECT_MS, READ_MS, MAX_BYTES))
                    .cache(CACHE_MS, REFRESH_MS)
                    .rateLimited(PACE_MS)
                    .outageTolerant(OUTAGE.toMillis())
                    .retrying(true)
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a URL that keys can be read from: " + jwks, e);
        }
    }
}
