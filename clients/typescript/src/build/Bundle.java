import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Bundles the client for pages that have no bundler, run from source by the build: {@code java Bundle.java <esbuild, as
 * unpacked> <src> <target>}. {@code client.js} and {@code worker.js} lie side by side: the one finds the other by its own
 * address, be it to run it as a worker or to import it. {@code cursors.js} is for pages that have cursors.
 */
final class Bundle {

    private Bundle() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path esbuild = esbuild(Path.of(args[0]));
        Path source = Path.of(args[1]);
        Path target = Path.of(args[2]);
        // Archives that Maven unpacks lose this mark.
        if (!esbuild.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable: " + esbuild);
        }
        bundle(esbuild, source.resolve("worker.ts"), target.resolve("worker.js"));
        bundle(esbuild, source.resolve("cursors.ts"), target.resolve("cursors.js"));
        bundle(esbuild, source.resolve("index.ts"), target.resolve("client.js"), "--external:./worker.ts");
        Path client = target.resolve("client.js");
        Files.writeString(client, Files.readString(client).replace("./worker.ts", "./worker.js"));
    }

    private static void bundle(Path esbuild, Path entry, Path target, String... more)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                esbuild.toString(),
                entry.toString(),
                "--outfile=" + target,
                "--bundle",
                "--format=esm",
                "--target=es2022",
                "--minify",
                "--sourcemap",
                "--sources-content=true",
                "--legal-comments=none",
                "--log-level=warning"));
        command.addAll(List.of(more));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("esbuild ended with " + status);
        }
    }

    private static Path esbuild(Path unpacked) throws IOException {
        try (var files = Files.walk(unpacked)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("esbuild(\\.exe)?"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no esbuild in " + unpacked));
        }
    }
}
