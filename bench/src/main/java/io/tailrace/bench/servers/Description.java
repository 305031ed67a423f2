package io.tailrace.bench.servers;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Another server, as a JSON file says. Texts may hold <code>{port}</code>, <code>{dir}</code> (an empty directory of its
 * own), <code>{tls_port}</code> and <code>{h2c_port}</code> (free ones), <code>{certificate}</code> and <code>{key}</code> (PEM
 * files), <code>{java}</code> and <code>{classpath}</code> (of the bench); paths, headers and the body of {@code publish} also
 * <code>{channel}</code>, a name of letters, digits and dashes, and the body <code>{event}</code>, the event as a JSON
 * object, <code>{event_text}</code>, the same as the text of a JSON string, or <code>{event_form}</code>, as the value of a form.
 *
 * @param name what it is called in tables
 * @param about what it is, and what was set so that the comparison is fair
 * @param start the command that starts it, in the foreground; absent: it runs already
 * @param environment of that command, beside the bench's own
 * @param files text files to be written into {@code dir} before, by name; a line each
 * @param host where it listens; default 127.0.0.1
 * @param port where it listens; 0 or absent: a free port is picked
 * @param stream how a stream is asked for, by GET
 * @param over what it serves streams over beside HTTP/1.1 in clear: {@code tls} (HTTP/1.1 on <code>{tls_port}</code>),
 *     {@code h2} (HTTP/2 there) and {@code h2c} (HTTP/2 in clear, to whoever knows it before, on <code>{h2c_port}</code>);
 *     absent: nothing
 * @param publish how an event is published
 * @param depth requests under way on one connection; default 1: the next after the answer
 * @param connections to publish over; default 4; a channel keeps to one
 */
public record Description(
        String name,
        @Nullable String about,
        @Nullable List<String> start,
        @Nullable Map<String, String> environment,
        @Nullable Map<String, List<String>> files,
        @Nullable String host,
        int port,
        Stream stream,
        @Nullable List<String> over,
        Publish publish,
        int depth,
        int connections) {

    /** How to ask for a stream; the path with its query. */
    public record Stream(String path, @Nullable Map<String, String> headers) {}

    /** How to publish; by default with POST. */
    public record Publish(
            @Nullable String method, String path, @Nullable Map<String, String> headers, String body) {}

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The one that comes with the bench. */
    static Description builtIn(String name) {
        try (var resource = Description.class.getResourceAsStream("/io/tailrace/bench/servers/" + name + ".json")) {
            if (resource == null) {
                throw new IllegalArgumentException("no server is called " + name);
            }
            return JSON.readValue(resource, Description.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The one in a file.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Description read(Path file) {
        try {
            return JSON.readValue(Files.readString(file), Description.class);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " describes no server: " + e.getMessage(), e);
        }
    }
}
