package io.tailrace.server.access;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are good; at least one of {@code secret}, {@code secrets} and {@code jwks} is there.
 *
 * @param secret of HS256 tokens that name no key of {@code secrets}, at least 32 bytes; null: those are refused
 * @param secrets of HS256 tokens by the {@code kid} that they name, at least 32 bytes each
 * @param jwks where the public keys of RS256, ES256 and EdDSA tokens are; null: those are refused
 * @param issuer the {@code iss} that is demanded; null: any
 * @param audience the {@code aud} that is demanded; null: any
 * @param maxTtl how long from now a token may live; default 24 h
 */
public record TokenOptions(
        @Nullable String secret,
        Map<String, String> secrets,
        @Nullable URI jwks,
        @Nullable String issuer,
        @Nullable String audience,
        Duration maxTtl) {

    public TokenOptions {
        secrets = Map.copyOf(secrets);
    }

    /** Without the secrets, which nobody should find in a log. */
    @Override
    public String toString() {
        return "TokenOptions[jwks=" + jwks + ", issuer=" + issuer + ", audience=" + audience + "]";
    }
}
