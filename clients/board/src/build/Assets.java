import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts the page on the classpath, run from source by the build: {@code java Assets.java <web> <classes>/board}. All of
 * {@code assets/} goes under {@code assets/<hash of all of it>/}, so that modules keep importing each other by relative
 * names and each answer may be cached for ever; {@code index.html} alone names the hash and is asked for every time.
 */
final class Assets {

    /** Bytes of the whole page, as it is sent without compression. */
    private static final int MAX_BYTES = 100_000;

    private static final int HASH_DIGITS = 16;

    private static final Pattern COMMENT_LINES = Pattern.compile("(?m)^ *(?://.*|/\\*\\*(?s:.*?)\\*/ *)\\R");

    private Assets() {}

    public static void main(String[] args) throws IOException {
        Path web = Path.of(args[0]);
        Path target = Path.of(args[1]);
        clear(target);
        List<Path> files = filesUnder(web.resolve("assets"));
        String hash = hash(web, files);
        long bytes = 0;
        for (Path file : files) {
            Path to = target.resolve("assets").resolve(hash).resolve(web.resolve("assets").relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.write(to, sent(file));
            bytes += Files.size(to);
        }
        String page = page(web, files, hash);
        Files.writeString(target.resolve("index.html"), page);
        bytes += page.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalStateException("the page has " + bytes + " bytes, more than " + MAX_BYTES);
        }
    }

    /** A file as it is sent: scripts without the comments that stand on lines of their own. */
    private static byte[] sent(Path file) throws IOException {
        if (!file.toString().endsWith(".js")) {
            return Files.readAllBytes(file);
        }
        return COMMENT_LINES.matcher(Files.readString(file)).replaceAll("").getBytes(StandardCharsets.UTF_8);
    }

    /** The page with the hash in every address, and all modules announced so that none waits for its importer. */
    private static String page(Path web, List<Path> files, String hash) throws IOException {
        String preloads = files.stream()
                .map(file -> slashed(web.relativize(file)))
                .filter(name -> name.endsWith(".js"))
                .map(name -> "<link rel=\"modulepreload\" href=\"" + name + "\">")
                .collect(Collectors.joining("\n  "));
        return Files.readString(web.resolve("index.html"))
                .replace("<!-- preloads -->", preloads)
                .replace("=\"assets/", "=\"assets/" + hash + "/");
    }

    private static String hash(Path web, List<Path> files) throws IOException {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                sha.update(slashed(web.relativize(file)).getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
                sha.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var paths = Files.walk(directory)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static List<Path> filesUnder(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String slashed(Path path) {
        return path.toString().replace('\\', '/');
    }
}
