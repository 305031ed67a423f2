package io.tailrace.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns both forms of database URL into what JDBC takes. */
final class DatabaseUrl {

    private static final String FORM = "a jdbc:postgresql: or postgres: URL";

    private DatabaseUrl() {}

    static ServerConfig.Database database(Settings settings) {
        settings.required(Option.DATABASE_URL);
        var given =
                settings.parsed(Option.DATABASE_URL, DatabaseUrl::parse, FORM).orElseThrow();
        return new ServerConfig.Database(
                given.url(),
                settings.text(Option.DATABASE_USER).orElse(given.user()),
                settings.text(Option.DATABASE_PASSWORD).orElse(given.password()),
                settings.number(Option.DATABASE_POOL, 2, 500).orElseThrow());
    }

    private record Parsed(
            String url, @Nullable String user, @Nullable String password) {}

    private static Optional<Parsed> parse(String text) {
        if (text.startsWith("jdbc:postgresql:")) {
            return Optional.of(new Parsed(text, null, null));
        }
        return ServerConfig.uri(text)
                .filter(uri -> Set.of("postgres", "postgresql").contains(uri.getScheme()) && uri.getHost() != null)
                .map(uri -> {
                    var who =
                            Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
                    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
                    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
                    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
                    return new Parsed(
                            "jdbc:postgresql://" + uri.getHost() + port + path + query,
                            who[0].isEmpty() ? null : decoded(who[0]),
                            who.length < 2 ? null : decoded(who[1]));
                });
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
