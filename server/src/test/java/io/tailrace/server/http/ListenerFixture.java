package io.tailrace.server.http;

import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener with routes of the test's own. Close it. */
final class ListenerFixture implements AutoCloseable {

    static final HttpOptions OPTIONS = new HttpOptions(
            "127.0.0.1",
            0,
            0,
            Set.of("https://app.example.org"),
            1_000,
            1 << 20,
            Duration.ofMillis(800),
            Duration.ofSeconds(20),
            null);

    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final Listener listener;

    ListenerFixture(HttpService... services) {
        this(OPTIONS, services);
    }

    ListenerFixture(HttpOptions options, HttpService... services) {
        var lines = new Journal(journal::add, InstantSource.system(), new byte[] {1});
        var routes = new RouteTable(lines, HttpMeters.NONE, Door.OPEN, new Cors(options.allowedOrigins()));
        var admin = new RouteTable(lines, HttpMeters.NONE, Door.OPEN, new Cors(Set.of()));
        listener = Listener.start(options, routes.register(services), admin);
    }

    int port() {
        return listener.port();
    }

    Connections connections() {
        return listener.connections();
    }

    /** The lines of the journal so far. */
    List<String> journal() {
        return journal;
    }

    /** The lines about what went wrong, to say in a failing test. */
    String faults() {
        return String.join(
                "\n", journal.stream().filter(line -> line.contains("fault")).toList());
    }

    @Override
    public void close() {
        listener.close();
    }
}
