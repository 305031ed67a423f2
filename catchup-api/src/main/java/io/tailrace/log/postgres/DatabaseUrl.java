package io.tailrace.log.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is, read from either form that people have at hand: {@code jdbc:postgresql://host:5432/name?…}, or
 * {@code postgres://user:password@host:5432/name?sslmode=…} (also {@code postgresql://}).
 *
 * @param jdbc the JDBC form, without credentials
 * @param user null when the URL names none
 * @param password null when the URL names none
 */
record DatabaseUrl(
        String jdbc, @Nullable String user, @Nullable String password) {

    static DatabaseUrl parse(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseUrl(url, null, null);
        }
        if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
            throw new IllegalArgumentException("a database URL starts with jdbc:postgresql: or postgres://");
        }
        try {
            var uri = new URI(url);
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("the database URL names no host");
            }
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String[] credentials = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            return new DatabaseUrl(
                    "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
                    credentials.length > 0 ? decoded(credentials[0]) : null,
                    credentials.length > 1 ? decoded(credentials[1]) : null);
        } catch (URISyntaxException e) {
            // The exception quotes its input, and with it the password.
            throw new IllegalArgumentException("the database URL is malformed at index " + e.getIndex());
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
