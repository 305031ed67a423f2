package io.tailrace.field.proxy;

import io.tailrace.field.Program;
import io.tailrace.field.proxy.Arrivals.Arrival;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The one in TypeScript, at all places in one process. */
final class ScriptLibrary implements Library {

    private static final Pattern EVENT = Pattern.compile("\\{\"at\":(\\d+),\"name\":\"([^\"]+)\",\"seq\":(\\d+)}");
    private static final Pattern STATE =
            Pattern.compile("\\{\"at\":\\d+,\"name\":\"([^\"]+)\",\"state\":\"([^\"]+)\",\"reason\":.*");

    private static final Pattern ASKED = Pattern.compile("\\{\"at\":(\\d+),\"name\":\"([^\"]+)\",\"asked\":true}");

    private final Program program;

    private ScriptLibrary(Program program) {
        this.program = program;
    }

    private static String json(Post post) {
        return "{\"name\":\"%s\",\"url\":\"%s\",\"channel\":\"%s\"}"
                .formatted(post.place().name(), post.origin(), post.channel());
    }

    static ScriptLibrary start(List<Post> posts, String token) {
        var places = posts.stream().map(ScriptLibrary::json).collect(Collectors.joining(",", "[", "]"));
        return new ScriptLibrary(
                Program.node(Path.of(""), Map.of("PLACES", places, "TOKEN", token), "src/test/script/watch.ts"));
    }

    @Override
    public String title() {
        return "TypeScript";
    }

    @Override
    public Arrivals arrivals(Place place) {
        return new Arrivals(program.lines().stream()
                .map(EVENT::matcher)
                .filter(line -> line.matches() && line.group(2).equals(place.name()))
                .map(line -> new Arrival(Long.parseLong(line.group(3)), Long.parseLong(line.group(1))))
                .toList());
    }

    @Override
    public long asked(Place place) {
        return program.lines().stream()
                .map(ASKED::matcher)
                .filter(line -> line.matches() && line.group(2).equals(place.name()))
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("it never began at " + place + ": " + program.errors()));
    }

    @Override
    public boolean streams(Place place) {
        return program.lines().stream()
                .map(STATE::matcher)
                .filter(line -> line.matches() && line.group(1).equals(place.name()))
                .map(line -> line.group(2))
                .filter(state -> state.equals("live") || state.equals("polling"))
                .reduce((before, state) -> state)
                .filter("live"::equals)
                .isPresent();
    }

    @Override
    public String said(Place place) {
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
