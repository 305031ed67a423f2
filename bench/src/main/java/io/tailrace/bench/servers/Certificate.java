package io.tailrace.bench.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for this machine's own address that nobody has signed but itself, made by the JDK's keytool.
 *
 * @param chain PEM file of the certificate
 * @param key PEM file of its private key, PKCS #8
 */
record Certificate(Path chain, Path key) {

    private static final String ALIAS = "bench";
    static final String PASSWORD = "not-a-secret";
    private static final int PEM_LINE = 64;

    /** The one in this directory, made when it is not there. */
    static Certificate in(Path directory) {
        var certificate = new Certificate(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
        try {
            if (!Files.exists(certificate.key)) {
                certificate.make(Files.createDirectories(directory).resolve("store.p12"));
            }
            return certificate;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void make(Path store) throws GeneralSecurityException, IOException {
        Files.deleteIfExists(store);
        keytool(
                "-genkeypair -keyalg EC -groupname secp256r1 -validity 3650 -dname CN=localhost"
                        + " -ext SAN=dns:localhost,ip:127.0.0.1 -storetype PKCS12",
                store);
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Files.writeString(chain, pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
    }

    private static void keytool(String arguments, Path store) throws IOException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var builder = new ProcessBuilder(keytool);
        builder.command().addAll(List.of(arguments.split(" ", -1)));
        builder.command().addAll(List.of("-alias", ALIAS, "-keystore", store.toString(), "-storepass", PASSWORD));
        var process = builder.redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("no certificate could be made: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] der) {
        var lines = Base64.getMimeEncoder(PEM_LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
