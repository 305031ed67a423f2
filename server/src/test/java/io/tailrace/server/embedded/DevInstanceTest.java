package io.tailrace.server.embedded;

import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.server.embedded.DataDirectory.Note;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Real databases, started and stopped as {@code ./tailrace up} does; the launcher's own test adds nodes. */
@Tag("R-92")
class DevInstanceTest {

    private static final Path NO_JAR = Path.of("src", "main", "jvm", "none.jar");
    private static final Duration GUARD = Duration.ofSeconds(3L * Child.GRACE_SECONDS);

    /** Unpacking takes seconds, so it is done once; that a start does it is what the launcher's test shows. */
    private static Path programs = Path.of("");

    private final Path directory;

    DevInstanceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void unpackOnce(@TempDir Path shared) throws Exception {
        PostgresBinaries.unpackedIn(shared);
        programs = shared.resolve("programs");
    }

    private void usePrograms() throws Exception {
        var link = DataDirectory.at(data()).resolve("programs");
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, programs);
        }
    }

    private DevInstance start() throws Exception {
        usePrograms();
        return DevInstance.start(data(), NO_JAR, List.of(), line -> {});
    }

    /** Blanks and apostrophes are usual in names, and so is a parent that only its owner may enter. */
    private Path data() {
        return directory.resolve("it's my data");
    }

    @Test
    void keepsTheDataBetweenStarts() throws Exception {
        try (var instance = start();
                var connection = postgres();
                var redis = redis()) {
            connection.createStatement().execute("create table note as select 'kept' as text");
            redis.set("note", "kept");
            assertThat(instance.databases()).allMatch(Child::alive);
        }
        try (var again = start();
                var connection = postgres();
                var redis = redis()) {
            assertThat(one(connection, "select text from note")).isEqualTo("kept");
            assertThat(redis.get("note")).isEqualTo("kept");
            assertThat(again.databases()).hasSize(2);
        }
    }

    @Test
    void isAsDurableAsProductionAndServesNobodyElse() throws Exception {
        try (var instance = start();
                var connection = postgres()) {
            assertThat(one(connection, "show fsync")).isEqualTo("on");
            assertThat(one(connection, "show synchronous_commit")).isEqualTo("on");
            assertThat(one(connection, "show full_page_writes")).isEqualTo("on");
            assertThat(one(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThatThrownBy(() ->
                            DriverManager.getConnection(surroundings("TAILRACE_DATABASE_URL"), "tailrace", "guess"))
                    .isInstanceOf(SQLException.class);
            assertThat(instance.databases()).extracting(Child::name).containsExactly("postgres", "redis");
        }
    }

    @Test
    void leavesNothingRunning() throws Exception {
        List<Child> databases;
        try (var instance = start()) {
            databases = instance.databases();
        }

        assertThat(databases).noneMatch(Child::alive);
        assertThat(DataDirectory.at(data()).held()).isFalse();
    }

    @Test
    void refusesADirectoryThatIsInUse() throws Exception {
        try (var other = otherProcess()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("in use by a running Tailrace (pid " + other.pid() + ")");
        }
    }

    @Test
    void refusesANameThatInitdbWouldStumbleOver() {
        assertThatThrownBy(() -> DevInstance.start(directory.resolve("a \"b\""), NO_JAR, List.of(), line -> {}))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("--data");
    }

    @Test
    void refusesABusyPortBeforeAnythingIsTouched() throws Exception {
        try (var busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = busy.getLocalPort();
            assertThatThrownBy(() -> DevInstance.start(data(), NO_JAR, List.of(port), line -> {}))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("Port " + port + " is in use");
        }

        assertThat(data()).doesNotExist();
    }

    @Test
    void stopsWhatItStartedWhenTheRestFails() throws Exception {
        int port = io.tailrace.testkit.Ports.free();
        usePrograms();

        assertThatThrownBy(() -> {
                    try (var instance = DevInstance.start(data(), NO_JAR, List.of(port), line -> {})) {
                        instance.awaitNodes(line -> {});
                    }
                })
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("node-" + port + " has ended while it was starting")
                .hasMessageContaining("none.jar");

        assertThat(children()).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void nothingOutlivesAnInstanceThatIsKilled() throws Exception {
        List<Long> children;
        try (var other = otherProcess()) {
            children = children();
            assertThat(children).hasSize(2).allMatch(pid -> ProcessHandle.of(pid)
                    .isPresent());
            other.kill();
        }

        until(GUARD, "the guard ends " + children, () -> children.stream()
                .noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        try (var again = start();
                var connection = postgres()) {
            assertThat(one(connection, "select 1")).isEqualTo("1");
            assertThat(again.databases()).allMatch(Child::alive);
        }
    }

    @Test
    void theNextStartEndsWhatEvenTheGuardCouldNot() throws Exception {
        List<Long> children;
        try (var other = otherProcess()) {
            children = children();
            other.killWithGuard();
        }
        assertThat(children).hasSize(2).allMatch(pid -> ProcessHandle.of(pid).isPresent());

        try (var again = start();
                var connection = postgres()) {
            assertThat(one(connection, "select 1")).isEqualTo("1");
            assertThat(children).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
            assertThat(again.databases()).allMatch(Child::alive);
        }
    }

    @Test
    void aLockOfAPidThatIsAnybodysNowKeepsNobodyOut() throws Exception {
        try (var instance = start()) {
            assertThat(instance.databases()).isNotEmpty();
        }
        Files.writeString(
                data().resolve("postgres").resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + data().resolve("postgres") + "\n1\n1\n\n127.0.0.1\n1 1\n");

        try (var again = start()) {
            assertThat(again.databases()).allMatch(Child::alive);
        }
    }

    @Test
    void bringsARedisWhereNoneIsInstalled() throws Exception {
        var data = DataDirectory.at(data());
        data.hold();
        try (data;
                var children = Children.of(data)) {
            var redis = RedisProcess.start(data, children, "secret", RedisProcess.brought(data));

            assertThat(redis.version()).startsWith("6.2");
            assertThat(redis.child().alive()).isTrue();
        }
    }

    private List<Long> children() throws StartRefused {
        return DataDirectory.at(data()).note(Note.CHILDREN).stringPropertyNames().stream()
                .map(Long::valueOf)
                .toList();
    }

    private Connection postgres() throws StartRefused, SQLException {
        return DriverManager.getConnection(
                surroundings("TAILRACE_DATABASE_URL"),
                surroundings("TAILRACE_DATABASE_USER"),
                surroundings("TAILRACE_DATABASE_PASSWORD"));
    }

    private Jedis redis() throws StartRefused {
        return new Jedis(URI.create(surroundings("TAILRACE_REDIS_URL")));
    }

    private String surroundings(String variable) throws StartRefused {
        return DevInstance.surroundings(DataDirectory.at(data())).getOrDefault(variable, "");
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private OtherProcess otherProcess() throws Exception {
        usePrograms();
        return OtherProcess.start(DatabasesOnly.class, new ArrayList<>(List.of(data().toString())));
    }
}
