package io.tailrace.field.foreign;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.docker.Proxy;
import io.tailrace.docker.Proxy.Kind;
import io.tailrace.field.Author;
import io.tailrace.field.Site;
import io.tailrace.field.network.Line;
import io.tailrace.field.network.Profile;
import io.tailrace.field.network.Scissors;
import io.tailrace.field.network.Scissors.Ending;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What every foreign client goes through. */
final class Trial {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Events between two cuts. */
    private static final int ROUND = 5;

    private final Author author;
    private final Line line;
    private final String channel;
    private int written;

    private Trial(Author author, Line line, String channel) {
        this.author = author;
        this.line = line;
        this.channel = channel;
    }

    /** What is between the client and the server, beside the line that is cut. */
    enum Route {
        DIRECTLY,
        THROUGH_NGINX
    }

    /**
     * What a client is told.
     *
     * @param origin where the server seems to be
     * @param channel to follow from its beginning
     * @param token for who can send headers
     * @param ticket for who cannot
     */
    record Task(URI origin, String channel, String token, String ticket) {

        /** The stream, without credentials. */
        String url() {
            return origin + "/v1/stream?channel=" + channel + "@0";
        }

        /** The same for who cannot send headers. */
        String ticketUrl() {
            return url() + "&ticket=" + ticket;
        }
    }

    /** Starts a client. */
    @FunctionalInterface
    interface Starter {
        Reader start(Task task) throws Exception;
    }

    /** Cuts a client off again and again, and sees to it that nothing is lost and nothing comes twice. */
    static void run(Site site, Route route, Path directory, Starter starter) throws Exception {
        int node = site.node(0).port();
        if (route == Route.DIRECTLY) {
            run(site, node, starter);
            return;
        }
        Files.setPosixFilePermissions(
                directory, PosixFilePermissions.fromString("rwx--x--x")); // for workers of any user
        var files = Files.createDirectory(directory.resolve("nginx"));
        try (var nginx = Proxy.start(Kind.NGINX, files, node, site.node(1).port())) {
            run(site, nginx.port(), starter);
        }
    }

    private static void run(Site site, int port, Starter starter) throws Exception {
        var channel = site.channel("chat");
        var author = site.author();
        var task = new Task(URI.create(""), channel, site.token("foreigner"), author.ticket(channel));
        try (var line = Line.to(port, Profile.PLAIN, 1);
                var reader = starter.start(new Task(line.origin(), channel, task.token, task.ticket))) {
            new Trial(author, line, channel).go(reader);
        }
    }

    /** Cuts a client off once, between the id and the data of event 3 of 5, and returns what it had in the end. */
    static List<String> cutBetweenIdAndData(Site site, Starter starter) throws Exception {
        var channel = site.channel("chat");
        var author = site.author();
        try (var line = Line.to(site.node(0).port(), Profile.PLAIN, 1);
                var reader = starter.start(new Task(line.origin(), channel, site.token("foreigner"), ""))) {
            line.cutAt(new Scissors("id: 3\n", 0, Ending.FINISH));
            author.writeNumbers(channel, 1, ROUND);
            eventually(
                    PATIENCE, () -> assertThat(reader.seen()).as(reader.said()).endsWith(ROUND + " " + ROUND));
            return reader.seen();
        }
    }

    private void go(Reader reader) {
        write();
        await(reader);
        cutAt("\"seq\":8,", 3, Ending.RESET); // in the middle of the data
        write();
        await(reader);
        cutAt("id: 12\n", 0, Ending.FINISH); // between the id and the data
        write();
        await(reader);
        cutAt("n18 ", 1, Ending.RESET); // in the middle of a character
        write();
        await(reader);
        line.cut(Ending.FINISH); // in silence
        write();
        await(reader);
        line.unplug(); // for a while
        write();
        line.plugIn();
        await(reader);
    }

    private void cutAt(String marker, long offset, Ending ending) {
        line.cutAt(new Scissors(marker, offset, ending));
    }

    private void write() {
        author.writeAll(channel, written + 1, written + ROUND, n -> "\"n" + n + " €\"");
        written += ROUND;
    }

    private void await(Reader reader) {
        var all = IntStream.rangeClosed(1, written).mapToObj(n -> n + " " + n).toList();
        eventually(PATIENCE, () -> assertThat(reader.seen()).as(reader.said()).hasSizeGreaterThanOrEqualTo(written));
        assertThat(reader.seen()).as(reader.said()).isEqualTo(all);
        assertThat(line.isCut()).as("it was cut").isTrue();
    }
}
