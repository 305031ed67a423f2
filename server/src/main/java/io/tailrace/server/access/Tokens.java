package io.tailrace.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens (RFC 7519): signature, times, issuer, audience, and the claims that we need: {@code sub},
 * {@code tenant} and {@code exp}; optional {@code iat}, {@code jti}, {@code device}, {@code grants}, {@code role}.
 */
final class Tokens {

    /** How far clocks may be apart. */
    static final Duration LEEWAY = Duration.ofSeconds(2);

    /** Characters in the longest token. */
    static final int MAX_LENGTH = 8_192;

    /** Characters in the longest subject, token id and device. */
    private static final int MAX_NAME = 128;

    /** Three parts of base64url (RFC 7515, section 7.1); the library would overlook what is not. */
    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final TokenOptions options;
    private final Keys keys;
    private final InstantSource clock;

    Tokens(TokenOptions options, InstantSource clock) {
        this.options = options;
        this.keys = new Keys(options);
        this.clock = clock;
    }

    /**
     * The identity that {@code token} speaks for.
     *
     * @param by how the token came
     * @throws Refusal 401 when it is not good; {@code ticket-expired} for a cookie that was good once
     */
    Identity identity(String token, Identity.Credential by) {
        if (token.length() > MAX_LENGTH) {
            throw bad("the token is longer than " + MAX_LENGTH + " characters");
        }
        if (!COMPACT.matcher(token).matches()) {
            throw bad("the token is malformed");
        }
        try {
            var jwt = SignedJWT.parse(token);
            requireSignature(jwt);
            return identity(jwt.getJWTClaimsSet(), by);
        } catch (ParseException | JOSEException malformed) {
            throw bad("the token is malformed");
        }
    }

    private void requireSignature(SignedJWT jwt) throws JOSEException {
        for (var verifier : keys.verifiers(jwt.getHeader())) {
            if (jwt.verify(verifier)) {
                return;
            }
        }
        throw bad("the token's signature is not good");
    }

    private Identity identity(JWTClaimsSet claims, Identity.Credential by) throws ParseException {
        requireTimes(claims, by);
        requireSource(claims);
        var tenant = Optional.ofNullable(claims.getStringClaim("tenant"))
                .filter(TENANT.asMatchPredicate())
                .orElseThrow(() -> bad("tenant must be 1 to 64 characters of [A-Za-z0-9._-]"));
        var user = Optional.ofNullable(name(claims.getSubject(), "sub")).orElseThrow(() -> bad("sub is required"));
        var actor = new Actor(
                tenant,
                user,
                name(claims.getJWTID(), "jti"),
                name(claims.getStringClaim("device"), "device"),
                issuedAt(claims));
        return new Identity(
                actor, GrantsClaim.of(claims), claims.getExpirationTime().toInstant(), by);
    }

    /** It is kept with tickets and compared in SQL, where not every number of seconds is a time. */
    private static Instant issuedAt(JWTClaimsSet claims) {
        var issuedAt =
                Optional.ofNullable(claims.getIssueTime()).map(Date::toInstant).orElse(Instant.EPOCH);
        if (issuedAt.isBefore(Instant.EPOCH)
                || issuedAt.isAfter(claims.getExpirationTime().toInstant())) {
            throw bad("iat must be a time before exp");
        }
        return issuedAt;
    }

    private void requireTimes(JWTClaimsSet claims, Identity.Credential by) {
        var now = clock.instant();
        var expires = claims.getExpirationTime();
        if (expires == null) {
            throw bad("exp is required");
        }
        if (expires.toInstant().plus(LEEWAY).isBefore(now)) {
            throw by == Identity.Credential.COOKIE
                    ? new Refusal(ProblemType.TICKET_EXPIRED, "the token in the cookie has expired")
                    : bad("the token has expired");
        }
        if (expires.toInstant().isAfter(now.plus(options.maxTtl()).plus(LEEWAY))) {
            throw bad("the token lives longer than is accepted here");
        }
        var notBefore = claims.getNotBeforeTime();
        if (notBefore != null && notBefore.toInstant().minus(LEEWAY).isAfter(now)) {
            throw bad("the token is not valid yet");
        }
    }

    private void requireSource(JWTClaimsSet claims) {
        if (options.issuer() != null && !options.issuer().equals(claims.getIssuer())) {
            throw bad("the token is of another issuer");
        }
        if (options.audience() != null && !claims.getAudience().contains(options.audience())) {
            throw bad("the token is for another audience");
        }
    }

    private static @Nullable String name(@Nullable String value, String claim) {
        if (value != null
                && (value.isEmpty()
                        || value.length() > MAX_NAME
                        || value.chars().anyMatch(Character::isISOControl))) {
            throw bad(claim + " must be 1 to " + MAX_NAME + " characters, none a control character");
        }
        return value;
    }

    static Refusal bad(String why) {
        return new Refusal(ProblemType.UNAUTHENTICATED, why);
    }
}
