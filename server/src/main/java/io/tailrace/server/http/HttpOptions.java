package io.tailrace.server.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the listeners behave.
 *
 * @param host the address to listen on; default {@code 0.0.0.0}
 * @param port the main port; 0: any free one
 * @param adminPort the port of {@code /metrics}; 0: any free one
 * @param allowedOrigins origins that browsers may call from, as {@code https://app.example.org}; default none
 * @param maxConnections TCP connections at once, past which the listener waits; must stay under the limit of file
 *     descriptors, for running out of them ends it
 * @param maxBodyBytes bytes of the longest body that any route accepts; default 4 MiB
 * @param requestTimeout within which a request's head and body have to arrive once its first line is there; default
 *     20 s
 * @param idleTimeout after which a connection without a request is closed; default 75 s
 * @param tls certificate and key; null: plain text
 */
public record HttpOptions(
        String host,
        int port,
        int adminPort,
        Set<String> allowedOrigins,
        int maxConnections,
        int maxBodyBytes,
        Duration requestTimeout,
        Duration idleTimeout,
        @Nullable Tls tls) {

    public HttpOptions {
        allowedOrigins = Set.copyOf(allowedOrigins);
    }

    /**
     * Files in PEM form.
     *
     * @param certificate the chain, the server's first
     * @param key its private key, PKCS #8, without a password
     */
    public record Tls(Path certificate, Path key) {}
}
