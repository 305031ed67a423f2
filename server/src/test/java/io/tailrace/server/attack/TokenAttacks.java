package io.tailrace.server.attack;

import static io.tailrace.server.attack.Attack.bearer;
import static io.tailrace.server.attack.Attack.of;

import com.nimbusds.jose.JOSEException;
import io.tailrace.server.ServerFixture;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Tokens that somebody made, changed, kept, or put where they do not belong. */
final class TokenAttacks {

    private static final String HS256 = "{\"alg\":\"HS256\"}";

    private TokenAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(unsigned(), confused(), pointing(), claims(), elsewhere())
                .flatMap(each -> each);
    }

    private static Stream<Attack> unsigned() {
        return Stream.concat(
                Stream.of("none", "None", "NONE", "nOnE", "", "HS1", "HMACSHA256")
                        .flatMap(name -> Stream.of(
                                bearer(
                                        "algorithm \"" + name + "\", no signature",
                                        target -> Forge.unsigned("{\"alg\":\"" + name + "\"}", Forge.claims()) + ".",
                                        401),
                                bearer(
                                        "algorithm \"" + name + "\", a good signature",
                                        target -> Forge.hs256("{\"alg\":\"" + name + "\"}", Forge.claims()),
                                        401))),
                Stream.of(
                        bearer("no signature at all", target -> Forge.unsigned(HS256, Forge.claims()), 401),
                        bearer("an empty signature", target -> Forge.unsigned(HS256, Forge.claims()) + ".", 401),
                        bearer(
                                "the signature of another token",
                                target -> Forge.unsigned(HS256, Forge.claims()) + signature(target.rival()),
                                401),
                        bearer("no algorithm", target -> Forge.hs256("{}", Forge.claims()), 401),
                        bearer(
                                "an algorithm that is null",
                                target -> Forge.hs256("{\"alg\":null}", Forge.claims()),
                                401),
                        bearer(
                                "two algorithms",
                                target -> Forge.hs256("{\"alg\":\"none\",\"alg\":\"none\"}", Forge.claims()),
                                401),
                        bearer("an encrypted token's five parts", target -> target.ada() + ".a.b", 401),
                        bearer("a header that is no object", target -> Forge.hs256("[]", Forge.claims()), 401)));
    }

    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.'));
    }

    private static Stream<Attack> confused() {
        return Stream.of(
                bearer("HS256 by the public key's bytes", target -> byPublicKey(target, der(target)), 401),
                bearer("HS256 by the public key as PEM", target -> byPublicKey(target, pem(target)), 401),
                bearer(
                        "HS256 by the public key as JWK",
                        target -> byPublicKey(
                                target,
                                target.published().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)),
                        401),
                bearer(
                        "HS384 by the secret",
                        target -> Forge.hmac("HmacSHA384", "{\"alg\":\"HS384\"}", Forge.claims(), secret()),
                        401),
                bearer(
                        "HS512 by the secret",
                        target -> Forge.hmac("HmacSHA512", "{\"alg\":\"HS512\"}", Forge.claims(), secret()),
                        401),
                bearer(
                        "RS256 by HMAC",
                        target -> Forge.hs256("{\"alg\":\"RS256\",\"kid\":\"published\"}", Forge.claims()),
                        401),
                bearer(
                        "ES256 by HMAC",
                        target -> Forge.hs256("{\"alg\":\"ES256\",\"kid\":\"published\"}", Forge.claims()),
                        401),
                bearer("EdDSA by HMAC", target -> Forge.hs256("{\"alg\":\"EdDSA\"}", Forge.claims()), 401),
                bearer(
                        "RS256 by another key of that name",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"published\"}"),
                        401),
                bearer("RS512 by another key", target -> rsa(target, "{\"alg\":\"RS512\",\"kid\":\"published\"}"), 401),
                bearer("PS256 by another key", target -> rsa(target, "{\"alg\":\"PS256\",\"kid\":\"published\"}"), 401),
                bearer("an empty secret", target -> Forge.hmac("HmacSHA256", HS256, Forge.claims(), new byte[1]), 401));
    }

    private static byte[] secret() {
        return ServerFixture.SECRET.getBytes(StandardCharsets.UTF_8);
    }

    private static String byPublicKey(Target target, byte[] key) {
        return Forge.hmac("HmacSHA256", "{\"alg\":\"HS256\",\"kid\":\"published\"}", Forge.claims(), key);
    }

    private static byte[] der(Target target) {
        try {
            return target.published().toRSAPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(Target target) {
        return ("-----BEGIN PUBLIC KEY-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(der(target))
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String rsa(Target target, String header) {
        try {
            return Forge.signed("SHA256withRSA", target.forged().toPrivateKey(), header, Forge.claims());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Headers that say where to find the key. */
    private static Stream<Attack> pointing() {
        return Stream.of(
                bearer(
                        "jku",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"mine\",\"jku\":\"" + target.lair() + "\"}"),
                        401),
                bearer(
                        "x5u",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"mine\",\"x5u\":\"" + target.lair() + "\"}"),
                        401),
                bearer(
                        "jwk",
                        target -> rsa(
                                target,
                                "{\"alg\":\"RS256\",\"jwk\":"
                                        + target.forged().toPublicJWK().toJSONString() + "}"),
                        401),
                bearer("x5c", target -> rsa(target, "{\"alg\":\"RS256\",\"x5c\":[\"AAAA\"]}"), 401),
                bearer(
                        "kid that climbs",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"../../../dev/null\"}"),
                        401),
                bearer("kid of SQL", target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"' OR 1=1 --\"}"), 401),
                bearer(
                        "kid of an address",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"" + target.lair() + "\"}"),
                        401),
                bearer(
                        "kid of 6,000 characters",
                        target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":\"" + "k".repeat(6_000) + "\"}"),
                        401),
                bearer("kid that is a list", target -> rsa(target, "{\"alg\":\"RS256\",\"kid\":[\"published\"]}"), 401),
                bearer(
                        "a critical header that is not known",
                        target -> Forge.hs256("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", Forge.claims()),
                        401),
                bearer(
                        "an unencoded payload",
                        target -> Forge.hs256("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", Forge.claims()),
                        401));
    }

    private static Stream<Attack> claims() {
        long soon = Target.soon();
        return Stream.of(
                bearer("expired", target -> claims(Target.TENANT, "ada", soon - 3_600, ""), 401),
                bearer("not yet", target -> claims(Target.TENANT, "ada", soon, ",\"nbf\":" + (soon + 600)), 401),
                bearer("for ever", target -> claims(Target.TENANT, "ada", 99_999_999_999L, ""), 401),
                bearer(
                        "expires as text",
                        target -> raw("\"sub\":\"ada\",\"tenant\":\"acme\",\"exp\":\"" + soon + "\""),
                        401),
                bearer("expires at 1e400", target -> raw("\"sub\":\"ada\",\"tenant\":\"acme\",\"exp\":1e400"), 401),
                bearer("expires before 1970", target -> raw("\"sub\":\"ada\",\"tenant\":\"acme\",\"exp\":-1"), 401),
                bearer(
                        "another audience",
                        target -> raw("\"sub\":\"ada\",\"tenant\":\"acme\",\"aud\":\"other\",\"exp\":" + soon),
                        401),
                bearer("no audience", target -> raw("\"sub\":\"ada\",\"tenant\":\"acme\",\"exp\":" + soon), 401),
                bearer(
                        "another issuer",
                        target -> Forge.hs256(
                                HS256,
                                "{\"iss\":\"https://evil.example\",\"aud\":\"tailrace\",\"sub\":\"ada\",\"tenant\":\"acme\",\"exp\":"
                                        + soon + "}"),
                        401),
                bearer("a tenant that climbs", target -> claims("../acme", "ada", soon, ""), 401),
                bearer("a tenant with a slash", target -> claims("rival/acme", "ada", soon, ""), 401),
                bearer("a tenant with a colon", target -> claims("rival:acme", "ada", soon, ""), 401),
                bearer("a tenant with NUL", target -> claims("acme\\u0000rival", "ada", soon, ""), 401),
                bearer("a tenant of Cyrillic a", target -> claims("\\u0430cme", "ada", soon, ""), 401),
                bearer(
                        "a list of tenants",
                        target -> raw("\"sub\":\"ada\",\"tenant\":[\"acme\"],\"aud\":\"tailrace\",\"exp\":" + soon),
                        401),
                bearer("no tenant", target -> raw("\"sub\":\"ada\",\"aud\":\"tailrace\",\"exp\":" + soon), 401),
                bearer("no subject", target -> raw("\"tenant\":\"acme\",\"aud\":\"tailrace\",\"exp\":" + soon), 401),
                bearer("a subject with a line break", target -> claims(Target.TENANT, "a\\nb", soon, ""), 401),
                bearer("grants as text", target -> claims(Target.TENANT, "eve", soon, ",\"grants\":\"*\""), 401),
                bearer("claims that are no object", target -> Forge.hs256(HS256, "[]"), 401),
                bearer(
                        "claims 500 deep",
                        target -> claims(Target.TENANT, "eve", soon, ",\"x\":" + "[".repeat(500) + "]".repeat(500)),
                        401,
                        403,
                        200),
                bearer(
                        "a token of 9,000 characters",
                        target -> claims(Target.TENANT, "ada", soon, ",\"x\":\"" + "x".repeat(9_000) + "\""),
                        401),
                bearer("another tenant's owner of the same name", Target::rival, 200, 404),
                bearer("a guest of the same tenant", Target::guest, 403));
    }

    private static String claims(String tenant, String user, long expires, String more) {
        return Forge.hs256(HS256, Forge.claims(tenant, user, expires, more));
    }

    private static String raw(String members) {
        return Forge.hs256(HS256, "{\"iss\":\"" + Target.ISSUER + "\"," + members + "}");
    }

    /** Good tokens in bad places. */
    private static Stream<Attack> elsewhere() {
        return Stream.of(
                of(
                        "a token in the address",
                        target -> Request.get(Target.HISTORY + "?access_token=" + target.ada()),
                        400,
                        401),
                of("a token as ticket", target -> Request.get(Target.HISTORY + "?ticket=" + target.ada()), 401),
                of(
                        "a token as password",
                        target -> Request.get(Target.HISTORY).header("Authorization", "Basic " + target.ada()),
                        401),
                of(
                        "a token without its scheme",
                        target -> Request.get(Target.HISTORY).header("Authorization", target.ada()),
                        401),
                of(
                        "two tokens, the good one last",
                        target -> Request.get(Target.HISTORY).bearer("a.b.c").bearer(target.ada()),
                        400,
                        401),
                of(
                        "a guest's token and the owner's cookie",
                        target -> Request.get(Target.HISTORY)
                                .bearer(target.guest())
                                .header("Cookie", "tailrace_token=" + target.ada()),
                        403),
                of(
                        "a token in a header of its own",
                        target -> Request.get(Target.HISTORY).header("X-Authorization", "Bearer " + target.ada()),
                        401),
                of(
                        "a method by header",
                        target -> Request.get(Target.HISTORY)
                                .bearer(target.viewer())
                                .header("X-HTTP-Method-Override", "DELETE"),
                        200));
    }
}
