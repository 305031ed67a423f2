package io.tailrace.bench.servers;

import static java.util.Objects.requireNonNullElse;

import io.tailrace.bench.load.Draft;
import io.tailrace.bench.load.Get;
import io.tailrace.bench.load.Outlet;
import io.tailrace.bench.load.Plan;
import io.tailrace.bench.load.Transport;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server that a {@link Description} describes. */
final class DescribedServer implements Server {

    private static final String TLS_PORT = "tls_port";
    private static final String H2C_PORT = "h2c_port";
    private static final int DEFAULT_CONNECTIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KNOCK_MILLIS = 50;

    private final Description description;
    private final InetSocketAddress address;
    private final Transport transport;
    private final Map<String, String> places;
    private final @Nullable Process process;

    /** Nothing that was started outlives the bench, when that is asked to end. */
    private final Thread hook = new Thread(this::end, "end of a server");

    private DescribedServer(
            Description description,
            InetSocketAddress address,
            Transport transport,
            Map<String, String> places,
            @Nullable Process process) {
        this.description = description;
        this.address = address;
        this.transport = transport;
        this.places = places;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts it, if it says how, and returns when it listens.
     *
     * @param certificate what it shows, if it speaks TLS
     * @param transport of its streams
     * @throws Absent when its program is not installed, it does not run, or does not serve streams over that
     */
    static DescribedServer start(Description description, Path scratch, Certificate certificate, Transport transport)
            throws Absent {
        demand(description, transport);
        try {
            int port = description.port() == 0 ? freePort() : description.port();
            var directory = Files.createTempDirectory(Files.createDirectories(scratch), description.name() + "-");
            var places = new LinkedHashMap<String, String>();
            places.put("port", Integer.toString(port));
            places.put(TLS_PORT, Integer.toString(freePort()));
            places.put(H2C_PORT, Integer.toString(freePort()));
            places.put("certificate", certificate.chain().toString());
            places.put("key", certificate.key().toString());
            places.put("dir", directory.toString());
            places.put(
                    "java",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());
            places.put("classpath", classpath());
            var host = requireNonNullElse(description.host(), "127.0.0.1");
            var address = new InetSocketAddress(host, port);
            var process = description.start() == null ? null : launch(description, directory, places);
            var server = new DescribedServer(description, address, transport, places, process);
            server.awaitListening(directory);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void demand(Description description, Transport transport) throws Absent {
        var over = !transport.http2() ? "tls" : transport.tls() ? "h2" : "h2c";
        boolean plain = transport.equals(Transport.PLAIN);
        if (!plain && !requireNonNullElse(description.over(), List.<String>of()).contains(over)) {
            throw new Absent("its description does not say how " + description.name() + " serves " + over);
        }
    }

    /** Where its streams are. */
    private InetSocketAddress streams() {
        if (!transport.tls() && !transport.http2()) {
            return address;
        }
        var port = places.getOrDefault(transport.tls() ? TLS_PORT : H2C_PORT, "");
        return new InetSocketAddress(address.getAddress(), Integer.parseInt(port));
    }

    private static Process launch(Description description, Path directory, Map<String, String> places)
            throws IOException, Absent {
        for (var file : requireNonNullElse(description.files(), Map.<String, List<String>>of())
                .entrySet()) {
            Files.writeString(
                    directory.resolve(file.getKey()), fill(String.join("\n", file.getValue()) + "\n", places));
        }
        copyResource(description.name(), directory);
        var command = requireNonNullElse(description.start(), List.<String>of()).stream()
                .map(word -> fill(word, places))
                .toList();
        if (!installed(command.getFirst())) {
            throw new Absent(command.getFirst() + " is not installed");
        }
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(directory.resolve("log").toFile());
        requireNonNullElse(description.environment(), Map.<String, String>of())
                .forEach((name, value) -> builder.environment().put(name, fill(value, places)));
        return builder.start();
    }

    /** A script that belongs to it, kept beside its description. */
    private static void copyResource(String name, Path directory) throws IOException {
        try (var script = Description.class.getResourceAsStream("/io/tailrace/bench/servers/" + name + ".js")) {
            if (script != null) {
                Files.copy(script, directory.resolve(name + ".js"));
            }
        }
    }

    private static boolean installed(String program) {
        return Stream.concat(
                        Stream.of("."),
                        Stream.of(requireNonNullElse(System.getenv("PATH"), "").split(":", -1)))
                .map(directory -> Path.of(directory).resolve(program))
                .anyMatch(Files::isExecutable);
    }

    /** Where the bench's own classes are. */
    private static String classpath() {
        return Path.of(DescribedServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitListening(Path directory) throws Absent {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens()) {
            boolean ended = process != null && !process.isAlive();
            if (ended || process == null || System.nanoTime() - deadline > 0) {
                close();
                throw new Absent(description.name() + " does not listen on " + address
                        + (process == null ? "" : "; its log is " + directory.resolve("log")));
            }
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(address, KNOCK_MILLIS);
            return true;
        } catch (IOException e) {
            pause();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(KNOCK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String fill(String text, Map<String, String> places) {
        var filled = text;
        for (var place : places.entrySet()) {
            filled = filled.replace('{' + place.getKey() + '}', place.getValue());
        }
        return filled;
    }

    private static String channel(int number) {
        return "bench-" + number;
    }

    private Map<String, String> filled(@Nullable Map<String, String> headers, int channel) {
        var all = new LinkedHashMap<String, String>();
        requireNonNullElse(headers, Map.<String, String>of())
                .forEach((name, value) -> all.put(name, fill(value, places).replace("{channel}", channel(channel))));
        return all;
    }

    private String path(String path, int channel) {
        return fill(path, places).replace("{channel}", channel(channel));
    }

    @Override
    public Plan readers(int channels, int readers) {
        var stream = description.stream();
        var to = streams();
        return new Plan(
                List.of(to),
                transport,
                (channel, after) ->
                        new Get(Request.authority(to), path(stream.path(), channel), filled(stream.headers(), channel)),
                false,
                channels,
                readers,
                1,
                false,
                false);
    }

    @Override
    public Outlet outlet() {
        int connections = description.connections() == 0 ? DEFAULT_CONNECTIONS : description.connections();
        return new Outlet(
                address, drafts -> publish(drafts.getFirst()), 1, "", Math.max(1, description.depth()), connections);
    }

    private byte[] publish(Draft draft) {
        var publish = description.publish();
        var event = EventText.of(channel(draft.channel()), draft);
        var body = path(publish.body(), draft.channel())
                .replace("{event}", event)
                .replace("{event_form}", URLEncoder.encode(event, StandardCharsets.UTF_8))
                .replace("{event_text}", event.replace("\"", "\\\""));
        return Request.of(
                requireNonNullElse(publish.method(), "POST"),
                address,
                path(publish.path(), draft.channel()),
                filled(publish.headers(), draft.channel()),
                body);
    }

    @Override
    public Map<String, List<Long>> processes() {
        return process == null ? Map.of(STREAMS, List.of()) : Map.of(STREAMS, List.of(process.pid()));
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // everything is ending
        }
    }

    private void end() {
        if (process == null) {
            return;
        }
        var family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
