package io.tailrace.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel's accounting of a process and its descendants (proc(5)): threads are part of their process, and children
 * that have ended are part of whoever waited for them.
 */
public final class Accounting {

    /** Ticks per second of {@code /proc}: USER_HZ, which is 100 on every Linux that runs Java. */
    private static final double TICKS = 100;

    private static final int UTIME = 11; // counted after the name, which may have spaces
    private static final int STIME = 12;
    private static final int CSTIME = 14; // of children that have ended
    private static final double KIB = 1024;

    private Accounting() {}

    /** Processor seconds, of user and system, that these processes and their descendants have used. */
    public static double cpuSeconds(List<Long> pids) {
        return family(pids).mapToLong(pid -> ticks(pid, CSTIME)).sum() / TICKS;
    }

    /** Processor seconds that this process alone has used. */
    public static double ownCpuSeconds() {
        return ticks(ProcessHandle.current().pid(), STIME) / TICKS;
    }

    /** Memory that they hold, in bytes; what several share is dealt out among them (PSS). */
    public static double memory(List<Long> pids) {
        return family(pids).mapToDouble(Accounting::memory).sum();
    }

    private static Stream<Long> family(List<Long> pids) {
        return pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessHandle::pid)
                .distinct();
    }

    private static long ticks(long pid, int last) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int i = UTIME; i <= last; i++) {
                sum += Long.parseLong(words[i]);
            }
            return sum;
        } catch (IOException e) {
            return 0; // it has ended; its parent has its time
        }
    }

    private static double memory(long pid) {
        var process = Path.of("/proc", Long.toString(pid));
        return kib(process.resolve("smaps_rollup"), "Pss:", kib(process.resolve("status"), "VmRSS:", 0)) * KIB;
    }

    private static double kib(Path file, String name, double otherwise) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException | java.io.UncheckedIOException e) {
            return otherwise;
        }
    }
}
