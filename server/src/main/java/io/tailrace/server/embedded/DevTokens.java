package io.tailrace.server.embedded;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Grant;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Signs tokens with the secret of a development instance, as an application's own backend would with its own. */
final class DevTokens {

    private final String secret;
    private final Clock clock = Clock.systemUTC();

    DevTokens(String secret) {
        this.secret = secret;
    }

    /** A token that is good from now on, for {@code lifetime}. */
    String mint(String tenant, String user, List<Grant> grants, Duration lifetime) throws StartRefused {
        var now = clock.instant();
        var claims = new JWTClaimsSet.Builder()
                .subject(user)
                .claim("tenant", tenant)
                .claim("grants", grants.stream().map(DevTokens::claim).toList())
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)))
                .build();
        try {
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new StartRefused("The token cannot be signed", e);
        }
    }

    private static Map<String, Object> claim(Grant grant) {
        return Map.of(
                "channel",
                grant.pattern(),
                "can",
                grant.can().stream().map(DevTokens::word).sorted().toList());
    }

    /** A capability as tokens and command lines write it. */
    static String word(Capability capability) {
        return capability.name().toLowerCase(Locale.ROOT);
    }
}
