package io.tailrace.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer with a key of each kind, who publishes those that are public; signs any header and payload. */
final class Mint {

    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final String NAMED = "another-secret-of-32-bytes-or-more";

    private final RSAKey rsa;
    private final ECKey ec;
    private final KeyPair ed;
    private final OctetKeyPair edPublic;
    private final HttpServer server;

    Mint() {
        try {
            rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
            ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
            ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = ed.getPublic().getEncoded();
            edPublic = new OctetKeyPair.Builder(
                            Curve.Ed25519,
                            Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
                    .keyID("ed")
                    .build();
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] published = keys().toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, published.length);
            exchange.getResponseBody().write(published);
            exchange.close();
        });
        server.start();
    }

    private JWKSet keys() {
        return new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK(), edPublic));
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Trusts this issuer. */
    TokenOptions options() {
        var jwks = URI.create("http://127.0.0.1:" + port() + "/keys");
        return new TokenOptions(SECRET, Map.of("named", NAMED), jwks, null, null, Duration.ofHours(24));
    }

    /** What an attacker who has read the published keys might take for a secret. */
    List<byte[]> publicBytes() throws JOSEException {
        return List.of(
                rsa.toRSAPublicKey().getEncoded(),
                ec.toECPublicKey().getEncoded(),
                ed.getPublic().getEncoded(),
                edPublic.getDecodedX(),
                rsa.getModulus().decode(),
                keys().toString().getBytes(StandardCharsets.UTF_8),
                new byte[32]);
    }

    /** The signature of each algorithm that is accepted: over this, by the right key. */
    byte[] signature(String algorithm, String signed) {
        try {
            return switch (algorithm) {
                case "RS256" -> signature(new RSASSASigner(rsa), JWSAlgorithm.RS256, signed);
                case "ES256" -> signature(new ECDSASigner(ec), JWSAlgorithm.ES256, signed);
                case "EdDSA" -> edSignature(signed);
                case "named" -> mac(NAMED.getBytes(StandardCharsets.UTF_8), signed);
                default -> mac(SECRET.getBytes(StandardCharsets.UTF_8), signed);
            };
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(JWSSigner signer, JWSAlgorithm algorithm, String signed) throws JOSEException {
        return signer.sign(new JWSHeader(algorithm), signed.getBytes(StandardCharsets.UTF_8))
                .decode();
    }

    private byte[] edSignature(String signed) throws GeneralSecurityException {
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(ed.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        return signature.sign();
    }

    static byte[] mac(byte[] secret, String signed) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    }
}
