package io.tailrace.server.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a node's ahead-of-time cache (JEP 514, 515): classes loaded and linked, and profiles of the methods that work
 * under load. A real node on real databases serves what nodes serve, writes above all, and its JVM writes down what it
 * learned when it ends. The cache fits the JVM and the jars that it was made with; a node that is given another one
 * starts without.
 */
public final class Training {

    /** The cache, beside the jar. */
    public static final String CACHE = "tailrace.aot";

    private static final int WRITERS = 16;
    private static final int WRITES_EACH = 2_000;
    private static final int BATCHES_EACH = 25;
    private static final int BATCH = 50;
    private static final int CHANNELS = 200;
    private static final int READERS = 8;

    /** Events per second of the one user, more than it can: limits are trained too, and refuse nothing. */
    private static final String ENOUGH = "1000000";

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MAKING = Duration.ofMinutes(2);

    private final URI node;
    private final String token;
    private final HttpClient client;

    private Training(URI node, String token, HttpClient client) {
        this.node = node;
        this.token = token;
        this.client = client;
    }

    /** Whether there is a cache that is younger than {@code jar}. */
    public static boolean isDone(Path jar) throws IOException {
        var cache = jar.resolveSibling(CACHE);
        return Files.exists(cache) && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /**
     * Makes the cache beside {@code jar}; takes about half a minute. Its databases are its own and are gone afterwards.
     *
     * @param progress is told in a line what is done
     * @throws IOException when no cache was made
     */
    public static void run(Path jar, Consumer<String> progress) throws IOException, InterruptedException {
        var cache = jar.resolveSibling(CACHE);
        Files.deleteIfExists(cache);
        var data = Files.createTempDirectory("tailrace-training");
        try {
            serve(jar, data.resolve("data"), progress);
        } finally {
            PostgresBinaries.delete(data);
        }
        if (!Files.exists(cache)) {
            throw new IOException("the JVM made no cache; JDK 25 or later can");
        }
        progress.accept("The cache is made: " + cache);
    }

    private static void serve(Path jar, Path data, Consumer<String> progress) throws IOException, InterruptedException {
        try (var cluster = LocalCluster.start(data, progress);
                var client = HttpClient.newHttpClient()) {
            var options = List.of(NodeProcess.OPTIONS, "-XX:AOTCacheOutput=" + CACHE);
            var environment = Map.of("TAILRACE_DRAIN_TIMEOUT", "1s", "TAILRACE_USER_WRITE_RATE", ENOUGH);
            var node = cluster.node("training", options, jar, environment);
            node.awaitReady();
            var address = URI.create("http://127.0.0.1:" + node.port());
            new Training(address, cluster.token("training", "trainer", MINUTE.multipliedBy(10)), client).exercise();
            progress.accept("A node has been exercised; its JVM writes down what it learned");
            node.terminate();
            node.awaitEnd(MAKING);
        }
    }

    private void exercise() throws IOException, InterruptedException {
        demand(send("PUT", "/v1/namespaces/training", "{\"write_rate\":100000}"), 2);
        send("GET", "/health/ready", "");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = IntStream.range(0, READERS)
                    .mapToObj(number -> threads.submit(() -> read(number)))
                    .toList();
            try {
                var writers = IntStream.range(0, WRITERS)
                        .<Callable<Integer>>mapToObj(number -> () -> write(number))
                        .toList();
                for (var writer : threads.invokeAll(writers)) {
                    result(writer);
                }
            } finally {
                readers.forEach(reader -> reader.cancel(true)); // or closing would wait for them for ever
            }
        }
    }

    private static void result(Future<Integer> future) throws IOException, InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new IOException("the training went wrong", e.getCause());
        }
    }

    /** Single writes, batches, history, and now and then something that is refused. */
    private int write(int number) throws IOException, InterruptedException {
        for (int i = 0; i < WRITES_EACH; i++) {
            demand(send("POST", events(number * WRITES_EACH + i), draft(i), key(number, i)), 2);
        }
        for (int i = 0; i < BATCHES_EACH; i++) {
            int batch = i;
            var writes = IntStream.range(0, BATCH)
                    .mapToObj(item -> "{\"idempotency_key\":\"" + key(number, WRITES_EACH + batch * BATCH + item)
                            + "\",\"channel\":\"" + channel(item) + "\","
                            + draft(item).substring(1))
                    .collect(Collectors.joining(",", "{\"writes\":[", "]}"));
            demand(send("POST", "/v1/writes", writes), 2);
            demand(send("GET", events(i) + "?after=0&limit=100", ""), 2);
            demand(send("POST", events(i), "{\"type\":", key(number, i)), 4);
        }
        return WRITES_EACH;
    }

    /** A stream of some channels, until it is cancelled. */
    private int read(int number) throws IOException, InterruptedException {
        var channels = IntStream.range(0, 1 + number % 3)
                .mapToObj(i -> "channel=" + channel(number + i * READERS))
                .collect(Collectors.joining("&"));
        var request = request("/v1/stream?" + channels).build();
        try (var body = client.send(request, BodyHandlers.ofInputStream()).body()) {
            return (int) body.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static String events(int number) {
        return "/v1/channels/" + channel(number) + "/events";
    }

    private static String channel(int number) {
        return "training:" + number % CHANNELS;
    }

    private static String key(int writer, int number) {
        return "training-" + writer + "-" + number;
    }

    private static String draft(int number) {
        return "{\"type\":\"tick\",\"data\":{\"number\":" + number
                + ",\"text\":\"what an event carries, more or less\"}}";
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, path, body, "");
    }

    private HttpResponse<String> send(String method, String path, String body, String key)
            throws IOException, InterruptedException {
        var request = request(path).method(method, BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.resolve(path))
                .timeout(MINUTE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json");
    }

    private static void demand(HttpResponse<String> answer, int hundred) throws IOException {
        if (answer.statusCode() / 100 != hundred) {
            throw new IOException(answer.request().uri().getPath() + " was answered " + answer.statusCode());
        }
    }
}
