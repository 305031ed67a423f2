package io.tailrace.server.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One person's requests to one node, without a browser. Any thread. */
final class Api {

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String origin;
    private final String token;

    Api(String origin, String token) {
        this.origin = origin;
        this.token = token;
    }

    /** An answer: {@code body} is a missing node when there is none. */
    record Answer(int status, Map<String, List<String>> headers, JsonNode body) {

        long seq() {
            return body.path("seq").asLong();
        }

        boolean replayed() {
            return headers.getOrDefault("idempotent-replayed", List.of()).contains("true");
        }
    }

    /** Moves a card, whatever is there. */
    Answer move(String board, String card, String column) {
        return write(board, card, column, UUID.randomUUID().toString());
    }

    /** Moves a card that is as it was at this revision. */
    Answer moveIf(String board, String card, String column, long revision) {
        return write(board, card, column, UUID.randomUUID().toString(), "If-Match", "\"" + revision + "\"");
    }

    /** Moves a card under this idempotency key. */
    Answer write(String board, String card, String column, String key, String... headers) {
        return send(writing(board, card, column, key, headers));
    }

    /** What moves a card: always the same text for the same move. */
    static String draft(String card, String column) {
        return "{\"type\":\"card.moved\",\"key\":\"card:" + card + "\",\"data\":{\"title\":\"" + card
                + "\",\"note\":\"\",\"column\":\"" + column + "\",\"rank\":\"V\"}}";
    }

    /** The request that moves a card. */
    HttpRequest writing(String board, String card, String column, String key, String... headers) {
        var request = request("/v1/channels/board:" + board + "/events")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(draft(card, column)));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    Answer get(String path) {
        return send(request(path).build());
    }

    Answer post(String path, Object body) {
        return send(request(path).POST(BodyPublishers.ofString(json(body))).build());
    }

    Answer put(String path, Object body) {
        return send(request(path).PUT(BodyPublishers.ofString(json(body))).build());
    }

    /** All events of a board. */
    List<JsonNode> events(String board) {
        var page = get("/v1/channels/board:" + board + "/events?limit=1000").body();
        return StreamSupport.stream(page.path("events").spliterator(), false).toList();
    }

    /** A stream, line by line as it comes; ends when it ends. Close it. */
    Stream<String> stream(String query) {
        try {
            return HTTP.send(request("/v1/stream?" + query).build(), BodyHandlers.ofLines())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private static Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
            var body = response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), response.headers().map(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
