package io.tailrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Has Jazzer try a target for a while: inputs by coverage, in a JVM of its own, which it instruments. A target is a public
 * class with {@code public static void fuzzerTestOneInput}, of {@code byte[]} or a {@code FuzzedDataProvider}; whatever
 * escapes that is a finding, and ends the run. Inputs that led somewhere new stay in {@code target/fuzz}, for the next run.
 *
 * <p>A run is {@value #SHORT_RUNS} inputs, unless {@code -Dtailrace.fuzz.minutes=5} says how long it is to be. It prints how
 * many it were.
 */
public final class Fuzzing {

    /** A few seconds, and on a slow machine a few more. */
    private static final int SHORT_RUNS = 5_000;

    /** An input that takes so long has the parser hang. */
    private static final Duration HANG = Duration.ofSeconds(60);

    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");

    private Fuzzing() {}

    /**
     * Tries {@code target}, and fails with what Jazzer said when there is a finding.
     *
     * @param seeds inputs to begin with, as text
     */
    public static void run(Class<?> target, String... seeds) {
        run(target, List.of(), seeds);
    }

    /**
     * The same.
     *
     * @param arguments words for the target's {@code fuzzerInitialize}
     */
    public static void run(Class<?> target, List<String> arguments, String... seeds) {
        try {
            var place = Files.createDirectories(Path.of("target", "fuzz", target.getSimpleName()));
            for (String seed : seeds) {
                Files.writeString(place.resolve("seed-" + Integer.toHexString(seed.hashCode())), seed);
            }
            var process = new ProcessBuilder(command(target, arguments, place))
                    .redirectErrorStream(true)
                    .start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            assertThat(status).as("%s found: %s", target.getSimpleName(), said).isZero();
            report(target, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> command(Class<?> target, List<String> arguments, Path place) {
        var minutes = minutes();
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=" + (minutes == null ? 1 : 4), // for a short run the best code comes late
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--target_args=" + String.join(" ", arguments),
                "--instrumentation_includes=io.tailrace.**",
                "--instrumentation_excludes=" + target.getName() + ":io.tailrace.fuzz.**",
                "--custom_hook_excludes=org.assertj.**", // what judges is not tried
                "--reproducer_path=" + place.getParent(),
                "-artifact_prefix=" + place.getParent() + "/",
                minutes == null ? "-runs=" + SHORT_RUNS : "-max_total_time=" + minutes.toSeconds(),
                "-timeout=" + HANG.toSeconds(),
                "-rss_limit_mb=0", // the heap has its own
                "-print_final_stats=1",
                place.toString());
    }

    private static @Nullable Duration minutes() {
        var minutes = System.getProperty("tailrace.fuzz.minutes");
        return minutes == null ? null : Duration.ofMinutes(Long.parseLong(minutes));
    }

    private static void report(Class<?> target, String said) {
        var done = DONE.matcher(said);
        assertThat(done.find()).as(said).isTrue();
        System.out.printf("%s: %s executions in %s s%n", target.getSimpleName(), done.group(1), done.group(2));
    }
}
