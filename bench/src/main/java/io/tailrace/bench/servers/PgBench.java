package io.tailrace.bench.servers;

import io.tailrace.bench.load.Draft;
import io.tailrace.server.embedded.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's own bench, running the statement that nodes append with, one event in one transaction: what the database
 * gives to whoever does not gather writes. The same server, the same tables, prepared statements.
 */
public final class PgBench {

    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+) \\(without");
    private static final double MICROS = 1000;

    private static final String SCRIPT = """
            \\set channel random(1, {channels})
            \\set unique random(1, 9000000000000000000)
            SELECT * FROM tailrace.append_batch(
                ARRAY['{tenant}'], ARRAY['{prefix}-' || :channel],
                '{}'::int[], '{}'::text[],
                ARRAY[1], ARRAY['pgbench'], ARRAY['pgbench'], ARRAY[NULL]::text[], ARRAY[1790000000000]::bigint[],
                ARRAY['{tenant}'], ARRAY['pgbench'], ARRAY['pgbench-' || :unique], ARRAY[1], ARRAY[1],
                ARRAY['\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff']::bytea[],
                ARRAY[1], ARRAY[0], ARRAY[1], ARRAY[false], ARRAY[0]::bigint[], ARRAY[1],
                ARRAY['\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff']::bytea[],
                ARRAY[NULL]::bigint[], ARRAY[0],
                ARRAY['tick'], ARRAY['{data}'], ARRAY[NULL]::text[], ARRAY['pgbench'],
                ARRAY['4bf92f3577b34da6a3ce929d0e0e4736']);
            """;

    private final LocalCluster cluster;
    private final Path program;
    private final Path scratch;

    private PgBench(LocalCluster cluster, Path program, Path scratch) {
        this.cluster = cluster;
        this.program = program;
        this.scratch = scratch;
    }

    /** Of this machine. */
    public static PgBench find(Cluster cluster, Path scratch) throws Absent {
        var program = Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                                .map(Path::of),
                        debian())
                .map(directory -> directory.resolve("pgbench"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new Absent("pgbench is not installed"));
        return new PgBench(cluster.local(), program, scratch);
    }

    private static Stream<Path> debian() {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin")).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /**
     * What it measured.
     *
     * @param micros how long each transaction took, in microseconds, ascending
     */
    public record Outcome(double perSecond, List<Long> micros) {

        public double percentileMillis(double part) {
            return micros.get((int) Math.min(micros.size() - 1, micros.size() * part)) / MICROS;
        }
    }

    /**
     * Appends for a while.
     *
     * @param prefix of channel names; not of the bench's own namespace
     */
    public Outcome run(int clients, int channels, String prefix, Duration time) {
        try {
            var directory = Files.createTempDirectory(Files.createDirectories(scratch), "pgbench-");
            var script = directory.resolve("append.sql");
            Files.writeString(script, script(channels, prefix));
            var said = pgbench(directory, script, clients, time);
            var tps = TPS.matcher(said);
            if (!tps.find()) {
                throw new IllegalStateException("pgbench: " + said.strip());
            }
            var outcome = new Outcome(Double.parseDouble(tps.group(1)), micros(directory));
            long logged = Ledger.of(cluster, prefix + "-").events();
            if (logged != outcome.micros.size()) {
                throw new IllegalStateException("pgbench made " + outcome.micros.size()
                        + " transactions, and the log has " + logged + " events");
            }
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One statement on one line; the namespace is one that nobody configured, so its contract has version 0. */
    private static String script(int channels, String prefix) {
        var data = EventText.data(new Draft(0, 0, System.nanoTime()), EventText.PAD);
        return SCRIPT.replace("{channels}", Integer.toString(channels))
                .replace("{tenant}", Cluster.TENANT)
                .replace("{prefix}", prefix)
                .replace("{data}", data)
                .replace("\n    ", " ");
    }

    private String pgbench(Path directory, Path script, int clients, Duration time) throws IOException {
        var command = new ArrayList<>(List.of(program.toString(), "-n", "-M", "prepared", "-l"));
        command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(cluster.postgresPort())));
        command.addAll(List.of("-U", cluster.databaseUser(), "-c", Integer.toString(clients), "-j", "1"));
        command.addAll(List.of("-T", Long.toString(Math.max(1, time.toSeconds())), "-f", script.toString()));
        command.add(cluster.databaseUser());
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put("PGPASSWORD", cluster.databasePassword());
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** From pgbench's logs of transactions, whose third column is how long each took. */
    private static List<Long> micros(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            var logs = files.filter(file -> file.getFileName().toString().startsWith("pgbench_log"))
                    .toList();
            var micros = new ArrayList<Long>();
            for (var log : logs) {
                for (var line : Files.readAllLines(log)) {
                    micros.add(Long.parseLong(line.split(" ", -1)[2]));
                }
            }
            return micros.stream().sorted().toList();
        }
    }
}
