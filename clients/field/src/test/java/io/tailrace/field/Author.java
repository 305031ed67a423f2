package io.tailrace.field;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes events, straight to a node: what is tested is how they are read.
 *
 * @param origin of the node
 * @param token of the author
 */
public record Author(URI origin, String token) {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");

    /** Items of one batch. */
    private static final int BATCH = 50;

    /**
     * Writes an event of the type {@code noted} and returns its seq.
     *
     * @param data JSON
     */
    public long write(String channel, String data) {
        var request = to("/v1/channels/" + channel + "/events")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString("{\"type\":\"noted\",\"data\":" + data + "}"));
        var seq = SEQ.matcher(send(request, 201));
        if (!seq.find()) {
            throw new AssertionError("a receipt without seq");
        }
        return Long.parseLong(seq.group(1));
    }

    /**
     * Writes an event of the type {@code moved} about an item, and returns the receipt, which is the event.
     *
     * @param data JSON
     */
    public String writeItem(String channel, String key, String data) {
        var request = to("/v1/channels/" + channel + "/events")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString("{\"type\":\"moved\",\"key\":\"" + key + "\",\"data\":" + data + "}"));
        return send(request, 201);
    }

    /** Writes the numbers from {@code first} to {@code last}, in order. */
    public void writeNumbers(String channel, int first, int last) {
        writeAll(channel, first, last, Integer::toString);
    }

    /**
     * Writes an event for each number from {@code first} to {@code last}, in order, many with a request.
     *
     * @param data the JSON of each
     */
    public void writeAll(String channel, int first, int last, IntFunction<String> data) {
        for (int from = first; from <= last; from += BATCH) {
            var writes = IntStream.rangeClosed(from, Math.min(last, from + BATCH - 1))
                    .mapToObj(i -> "{\"idempotency_key\":\"" + UUID.randomUUID() + "\",\"channel\":\"" + channel
                            + "\",\"type\":\"noted\",\"data\":" + data.apply(i) + "}")
                    .collect(Collectors.joining(",", "{\"writes\":[", "]}"));
            var answer = send(to("/v1/writes").POST(BodyPublishers.ofString(writes)), 200);
            if (answer.contains("\"problem\"")) {
                throw new AssertionError(answer);
            }
        }
    }

    /** A ticket to read this channel: for clients that send no headers. */
    public String ticket(String channel) {
        var answer = send(to("/v1/tickets").POST(BodyPublishers.ofString("{\"channels\":[\"" + channel + "\"]}")), 201);
        var ticket = Pattern.compile("\"ticket\":\"([^\"]+)\"").matcher(answer);
        if (!ticket.find()) {
            throw new AssertionError(answer);
        }
        return ticket.group(1);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(origin.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private static String send(HttpRequest.Builder request, int expected) {
        try {
            var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != expected) {
                throw new AssertionError(answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
