package io.tailrace.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What figures cannot be read without.
 *
 * @param processor its model
 * @param cores that this process may use
 * @param memoryMib of the machine
 * @param kernel its release
 * @param jdk the one that runs the bench and the nodes
 */
public record MachineFacts(String processor, int cores, long memoryMib, String kernel, String jdk) {

    /** Of this machine. */
    public static MachineFacts here() {
        return new MachineFacts(
                find("/proc/cpuinfo", "model name\\s*:\\s*(.*)", "unknown"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(find("/proc/meminfo", "MemTotal:\\s*([0-9]+)", "0")) / 1024,
                System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + Runtime.version());
    }

    private static String find(String file, String pattern, String otherwise) {
        try {
            var match = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
            return match.find() ? match.group(1) : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }
}
