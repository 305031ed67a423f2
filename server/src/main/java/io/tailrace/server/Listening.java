package io.tailrace.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tailrace.server.http.HttpOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of the configuration that is about listening. */
final class Listening {

    /** What the admin port is above the main one. */
    private static final int ADMIN_ABOVE = 1_000;

    private static final int MAX_PORT = 65_535;

    /** Descriptors that are not connections: databases, files, libraries. */
    private static final int OTHER_DESCRIPTORS = 200;

    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.\\-\\[\\]:]{1,255}");

    private Listening() {}

    static HttpOptions options(Settings settings) {
        int port = settings.number(Option.PORT, 0, MAX_PORT).orElseThrow();
        return new HttpOptions(
                settings.required(Option.HOST),
                port,
                settings.number(Option.ADMIN_PORT, 0, MAX_PORT).orElseGet(() -> admin(port)),
                origins(settings),
                settings.number(Option.MAX_CONNECTIONS, 10, 10_000_000).orElseGet(Listening::mostConnections),
                settings.number(Option.MAX_BODY_BYTES, 65_536, 1 << 30).orElseThrow(),
                settings.duration(Option.REQUEST_TIMEOUT, Duration.ofSeconds(1), Duration.ofMinutes(10)),
                settings.duration(Option.IDLE_TIMEOUT, Duration.ofSeconds(1), Duration.ofHours(1)),
                tls(settings));
    }

    private static int admin(int port) {
        if (port == 0) {
            return 0;
        }
        if (port + ADMIN_ABOVE > MAX_PORT) {
            throw new ConfigFault("TAILRACE_ADMIN_PORT is required when TAILRACE_PORT is above 64535.");
        }
        return port + ADMIN_ABOVE;
    }

    private static Set<String> origins(Settings settings) {
        var origins = new LinkedHashSet<String>();
        for (String origin : settings.list(Option.ALLOWED_ORIGINS)) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new ConfigFault(
                        "TAILRACE_ALLOWED_ORIGINS must be origins like https://app.example.org, without a path.");
            }
            origins.add(origin);
        }
        return origins;
    }

    private static int mostConnections() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long usable = unix.getMaxFileDescriptorCount() - OTHER_DESCRIPTORS;
            return (int) Math.clamp(usable / 10 * 9, 100, 1_000_000);
        }
        return 10_000;
    }

    private static HttpOptions.@Nullable Tls tls(Settings settings) {
        var certificate = settings.parsed(Option.TLS_CERT, Listening::file, "a readable file");
        var key = settings.parsed(Option.TLS_KEY, Listening::file, "a readable file");
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigFault("TAILRACE_TLS_CERT and TAILRACE_TLS_KEY go together.");
        }
        return certificate.isEmpty() ? null : new HttpOptions.Tls(certificate.get(), key.orElseThrow());
    }

    private static Optional<Path> file(String text) {
        return Optional.of(Path.of(text)).filter(Files::isReadable);
    }
}
