package io.tailrace.openapi;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one request and its answer were.
 *
 * @param method in upper case
 * @param target path and query as they were sent
 * @param requestHeaders found whatever their case
 * @param requestBody empty when there was none
 * @param status the answer's
 * @param responseHeaders found whatever their case
 * @param responseBody null when it was not read to its end, as of a stream
 */
@SuppressWarnings("ArrayRecordComponent") // exchanges are never compared
public record HttpExchange(
        String method,
        URI target,
        Map<String, List<String>> requestHeaders,
        byte[] requestBody,
        int status,
        Map<String, List<String>> responseHeaders,
        byte @Nullable [] responseBody) {

    public HttpExchange {
        requestHeaders = anyCase(requestHeaders);
        responseHeaders = anyCase(responseHeaders);
    }

    Optional<String> requestHeader(String name) {
        return first(requestHeaders, name);
    }

    Optional<String> responseHeader(String name) {
        return first(responseHeaders, name);
    }

    String path() {
        return target.getRawPath();
    }

    /** The media type of the answer without parameters; empty without any. */
    String mediaType() {
        return essence(responseHeader("Content-Type").orElse(""));
    }

    static String essence(String contentType) {
        return contentType.replaceAll("\\s*;.*", "").trim();
    }

    @Override
    public String toString() {
        return method + " " + target + " → " + status;
    }

    private static Optional<String> first(Map<String, List<String>> headers, String name) {
        return Optional.ofNullable(headers.get(name)).map(values -> String.join(",", values));
    }

    private static Map<String, List<String>> anyCase(Map<String, List<String>> headers) {
        var sorted = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(headers);
        return sorted;
    }
}
