package io.tailrace.server.attack;

import io.tailrace.server.ServerFixture;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by hand, as no library would. */
final class Forge {

    private Forge() {}

    /** Claims of the secret channel's owner, good for a minute. */
    static String claims() {
        return claims(Target.TENANT, "ada", Instant.now().plusSeconds(60).getEpochSecond(), "");
    }

    /** @param more further members, each with a comma before it */
    static String claims(String tenant, String user, long expires, String more) {
        return "{\"sub\":\"" + user + "\",\"tenant\":\"" + tenant + "\",\"iss\":\"" + Target.ISSUER + "\",\"aud\":\""
                + Target.AUDIENCE + "\",\"exp\":" + expires
                + ",\"grants\":[{\"channel\":\"*\",\"can\":[\"read\",\"write\",\"manage\"]}]" + more + "}";
    }

    static String unsigned(String header, String claims) {
        return base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
    }

    /** Signed with the node's secret by HMAC SHA-256, whatever the header says. */
    static String hs256(String header, String claims) {
        return hmac("HmacSHA256", header, claims, ServerFixture.SECRET.getBytes(StandardCharsets.UTF_8));
    }

    static String hmac(String algorithm, String header, String claims, byte[] key) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            String signed = unsigned(header, claims);
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String signed(String algorithm, PrivateKey key, String header, String claims) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            String signed = unsigned(header, claims);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
