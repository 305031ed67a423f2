package io.tailrace.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a client may learn of its own token without the secret: how long it lives. */
final class Jwt {

    private Jwt() {}

    /**
     * When the token ends by the clock of who made it, moved to this device's clock where it tells when it was made.
     *
     * @param token perhaps a JWT
     * @param now milliseconds of the Unix epoch, at which the token was just made
     * @return milliseconds of the Unix epoch; {@link Long#MAX_VALUE}: it does not tell
     */
    static long end(String token, long now) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Long.MAX_VALUE;
        }
        try {
            var claims = Json.object(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            long exp = Json.number(claims, "exp", -1);
            long iat = Json.number(claims, "iat", -1);
            if (exp < 0) {
                return Long.MAX_VALUE;
            }
            return iat >= 0 && iat < exp && iat * 1_000 > now ? now + (exp - iat) * 1_000 : exp * 1_000;
        } catch (MalformedException | IllegalArgumentException e) {
            return Long.MAX_VALUE;
        }
    }
}
