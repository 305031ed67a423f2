import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Says which of the toolchains that SDKs are tried with is missing or too old, and ends the build then. */
public final class Toolchains {

    private static final int PATIENCE_SECONDS = 30;

    /** Major and minor version in what a program says of itself. */
    private static final Pattern VERSION = Pattern.compile("([0-9]+)\\.([0-9]+)");

    private record Tool(String name, List<String> question, int major, int minor, String where) {}

    private static final List<Tool> TOOLS = List.of(
            new Tool("Node.js", List.of("node", "--version"), 20, 0, "Debian's package nodejs"),
            new Tool("npm", List.of("npm", "--version"), 9, 0, "Debian's package npm"),
            new Tool("Python", List.of("python3", "--version"), 3, 10, "Debian's package python3"),
            new Tool(
                    "Python's venv with pip",
                    List.of("python3", "-c", "import ensurepip, venv; print(ensurepip.version())"),
                    20,
                    0,
                    "Debian's package python3-venv"),
            new Tool("Go", List.of("go", "version"), 1, 23, "Debian's package golang-go of Debian 13, or go.dev/dl"));

    private Toolchains() {}

    public static void main(String... arguments) throws InterruptedException {
        var missing = new ArrayList<String>();
        for (var tool : TOOLS) {
            var said = said(tool.question());
            var version = VERSION.matcher(said);
            if (!version.find()) {
                missing.add(tool.name() + " is missing (" + tool.question().get(0) + "); see " + tool.where());
            } else if (older(version.group(1), version.group(2), tool)) {
                missing.add(tool.name() + " is " + version.group() + ", and " + tool.major() + "." + tool.minor()
                        + " or later is needed; see " + tool.where());
            }
        }
        if (!missing.isEmpty()) {
            System.err.println("The SDKs cannot be tried: " + String.join("\n  ", missing));
            System.exit(1);
        }
    }

    private static boolean older(String major, String minor, Tool tool) {
        int first = Integer.parseInt(major);
        return first < tool.major() || first == tool.major() && Integer.parseInt(minor) < tool.minor();
    }

    /** What it prints, or nothing when it cannot be run or fails. */
    private static String said(List<String> question) throws InterruptedException {
        Path output = null;
        try {
            output = Files.createTempFile("toolchain", ".txt");
            var process = new ProcessBuilder(question)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return process.exitValue() == 0 ? Files.readString(output, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return "";
        } finally {
            if (output != null) {
                output.toFile().delete();
            }
        }
    }
}
