package io.tailrace.field.proxy;

import static io.tailrace.testkit.Eventually.until;

import io.tailrace.docker.Proxy;
import io.tailrace.field.Author;
import io.tailrace.field.Site;
import io.tailrace.field.proxy.Library.Post;
import io.tailrace.field.proxy.Row.Fared;
import io.tailrace.field.proxy.Row.Fate;
import io.tailrace.field.proxy.Row.Mode;
import io.tailrace.field.proxy.Row.Plain;
import io.tailrace.testkit.browser.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * One run of all places at once. Each has a channel with these events: 1 is there before anybody listens, 2 is live,
 * 3 comes after the silence, 4 while the proxy is down, 5 after it is back. Used by one thread.
 */
final class Matrix implements AutoCloseable {

    /**
     * An event that takes longer than this did not come as it was sent: what is held is held for ten seconds at
     * least.
     */
    private static final long PROMPT_MILLIS = 8_000;

    /** For what an EventSource may or may not get. */
    private static final Duration MOMENT = Duration.ofSeconds(20);

    /** For what the library must get, however hostile the place. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final long LAST = 5;

    private final Author author;
    private final Duration silence;
    private final Map<Place, String> channels = new LinkedHashMap<>();
    private final Map<Place, Proxy> proxies = new LinkedHashMap<>();
    private final Map<Place, Integer> opensBefore = new LinkedHashMap<>();
    private final Map<Place, Fate> silent = new LinkedHashMap<>();
    private final Map<Place, List<Mode>> modes = new LinkedHashMap<>();
    private final Map<Place, Long> back = new LinkedHashMap<>();
    private final long[] written = new long[(int) LAST + 1];
    private final EventSources plain;
    private final Scanner scanner;
    private final List<Library> libraries;

    Matrix(Site site, Chromium chromium, Path directory, Duration silence) throws Exception {
        this.author = site.author();
        this.silence = silence;
        this.plain = new EventSources(chromium);
        this.scanner = Scanner.start();
        int first = site.node(0).port();
        int second = site.node(1).port();
        Files.setPosixFilePermissions(
                directory, PosixFilePermissions.fromString("rwx--x--x")); // for workers of any user
        proxies.putAll(atOnce(place -> place.start(directory, first, second, scanner.port())));
        for (var place : Place.all()) {
            channels.put(place, site.channel("chat"));
        }
        write(1);
        var posts = new ArrayList<Post>();
        for (var place : Place.all()) {
            var channel = Objects.requireNonNull(channels.get(place));
            int port = proxy(place).port();
            posts.add(new Post(place, port, channel));
            plain.open(place, port, channel, author.ticket(channel));
        }
        this.libraries = List.of(
                ScriptLibrary.start(posts, site.token("watcher")), JavaLibrary.start(posts, site.token("watcher")));
    }

    @FunctionalInterface
    private interface Work<T> {
        T at(Place place) throws Exception;
    }

    /** Does it at all places at once. */
    private static <T> Map<Place, T> atOnce(Work<T> work) throws Exception {
        var running = new LinkedHashMap<Place, Future<T>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var place : Place.all()) {
                Callable<T> here = () -> work.at(place);
                running.put(place, threads.submit(here));
            }
        }
        var done = new LinkedHashMap<Place, T>();
        for (var place : Place.all()) {
            done.put(place, Objects.requireNonNull(running.get(place)).get());
        }
        return done;
    }

    /** All phases, one after the other. */
    List<Row> run() throws Exception {
        await(PATIENCE, place -> allHave(place, 1));
        write(2);
        await(PATIENCE, place -> allHave(place, 2));
        await(MOMENT, place -> plain.arrivals(place).has(2));
        beSilent();
        restart();
        return Place.all().stream().map(this::row).toList();
    }

    private void beSilent() {
        Place.all().forEach(place -> opensBefore.put(place, plain.opens(place)));
        long end = System.nanoTime() + silence.toNanos();
        until(silence.plus(MOMENT), "the silence is over", () -> System.nanoTime() - end > 0);
        write(3);
        await(PATIENCE, place -> allHave(place, 3));
        await(MOMENT, place -> plain.closed(place) || plain.arrivals(place).has(3));
        for (var place : Place.all()) {
            silent.put(place, fate(place, 3));
            modes.put(
                    place,
                    libraries.stream()
                            .map(library -> library.streams(place) ? Mode.STREAMS : Mode.POLLS)
                            .toList());
        }
    }

    private void restart() throws Exception {
        Place.all().forEach(place -> opensBefore.put(place, plain.opens(place)));
        atOnce(place -> {
            proxy(place).stop();
            return place;
        });
        write(4);
        back.putAll(atOnce(place -> {
            proxy(place).start();
            return System.currentTimeMillis();
        }));
        await(PATIENCE, place -> allHave(place, 4));
        write(5);
        await(PATIENCE, place -> allHave(place, LAST));
        await(MOMENT, place -> plain.closed(place) || plain.arrivals(place).has(LAST));
    }

    private boolean allHave(Place place, long seq) {
        return libraries.stream().allMatch(library -> library.arrivals(place).has(seq));
    }

    private void write(int number) {
        written[number] = System.currentTimeMillis();
        for (var channel : channels.values()) {
            author.writeNumbers(channel, number, number);
        }
    }

    /** Waits until it is so everywhere, or until it is late: rows tell where it was not. */
    private static void await(Duration patience, Predicate<Place> condition) {
        try {
            until(patience, "everywhere", () -> Place.all().stream().allMatch(condition));
        } catch (AssertionError late) {
            // that is a result
        }
    }

    private Row row(Place place) {
        var fared = new ArrayList<Fared>();
        for (int i = 0; i < libraries.size(); i++) {
            var library = libraries.get(i);
            var seen = library.arrivals(place);
            fared.add(new Fared(
                    Objects.requireNonNull(modes.get(place)).get(i),
                    since(library.asked(place), seen.at(1)),
                    since(written[3], seen.at(3)),
                    since(Objects.requireNonNull(back.get(place)), seen.at(4)),
                    seen.lost(LAST)));
        }
        return new Row(
                place,
                plainly(place),
                Objects.requireNonNull(silent.get(place)),
                fate(place, LAST),
                since(plain.asked(place), plain.arrivals(place).at(1)),
                fared);
    }

    private Plain plainly(Place place) {
        var first = since(plain.asked(place), plain.arrivals(place).at(1));
        var second = since(written[2], plain.arrivals(place).at(2));
        if (first.isEmpty() || second.isEmpty()) {
            return Plain.NOTHING;
        }
        return Math.max(first.getAsLong(), second.getAsLong()) < PROMPT_MILLIS ? Plain.STREAMS : Plain.BURSTS;
    }

    private Fate fate(Place place, long seq) {
        if (plain.closed(place)) {
            return Fate.CLOSED;
        }
        if (!plain.arrivals(place).has(seq)) {
            return Fate.MUTE;
        }
        return plain.opens(place) == Objects.requireNonNull(opensBefore.get(place)) ? Fate.KEPT : Fate.RESUMES;
    }

    private static OptionalLong since(long start, OptionalLong at) {
        return at.isEmpty() ? at : OptionalLong.of(Math.max(0, at.getAsLong() - start));
    }

    /** The libraries, in the order of a row's. */
    List<Library> libraries() {
        return libraries;
    }

    /** The same of the EventSource. */
    List<Long> plain(Place place) {
        return plain.arrivals(place).seqs();
    }

    private Proxy proxy(Place place) {
        return Objects.requireNonNull(proxies.get(place));
    }

    @Override
    public void close() throws Exception {
        plain.close();
        libraries.forEach(Library::close);
        atOnce(place -> {
            proxy(place).close();
            return place;
        });
        scanner.close();
    }
}
