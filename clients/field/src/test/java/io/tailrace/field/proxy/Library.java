package io.tailrace.field.proxy;

import io.tailrace.field.Program;
import io.tailrace.field.proxy.Arrivals.Arrival;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The client library at each place, all in one process. */
final class Library implements AutoCloseable {

    private static final Pattern EVENT = Pattern.compile("\\{\"at\":(\\d+),\"name\":\"([^\"]+)\",\"seq\":(\\d+)}");
    private static final Pattern STATE =
            Pattern.compile("\\{\"at\":\\d+,\"name\":\"([^\"]+)\",\"state\":\"([^\"]+)\",\"reason\":.*");

    private static final Pattern ASKED = Pattern.compile("\\{\"at\":(\\d+),\"name\":\"([^\"]+)\",\"asked\":true}");

    private final Program program;

    private Library(Program program) {
        this.program = program;
    }

    /**
     * Where a library is to listen.
     *
     * @param place behind which proxy
     * @param port of the proxy
     * @param channel to follow from its beginning
     */
    record Post(Place place, int port, String channel) {

        private String json() {
            return "{\"name\":\"%s\",\"url\":\"http://127.0.0.1:%d\",\"channel\":\"%s\"}"
                    .formatted(place.name(), port, channel);
        }
    }

    static Library start(List<Post> posts, String token) {
        var places = posts.stream().map(Post::json).collect(Collectors.joining(",", "[", "]"));
        return new Library(
                Program.node(Path.of(""), Map.of("PLACES", places, "TOKEN", token), "src/test/script/watch.ts"));
    }

    Arrivals arrivals(Place place) {
        return new Arrivals(program.lines().stream()
                .map(EVENT::matcher)
                .filter(line -> line.matches() && line.group(2).equals(place.name()))
                .map(line -> new Arrival(Long.parseLong(line.group(3)), Long.parseLong(line.group(1))))
                .toList());
    }

    /** When it began to follow, milliseconds since 1970. */
    long asked(Place place) {
        return program.lines().stream()
                .map(ASKED::matcher)
                .filter(line -> line.matches() && line.group(2).equals(place.name()))
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("it never began at " + place + ": " + program.errors()));
    }

    /** In what states it was, in order. */
    List<String> states(Place place) {
        return program.lines().stream()
                .map(STATE::matcher)
                .filter(line -> line.matches() && line.group(1).equals(place.name()))
                .map(line -> line.group(2))
                .toList();
    }

    /** All it said about a place, for a failure's message. */
    String said(Place place) {
        return program.lines().stream()
                        .filter(line -> line.contains("\"" + place.name() + "\""))
                        .collect(Collectors.joining("\n"))
                + program.errors();
    }

    @Override
    public void close() {
        program.close();
    }
}
