import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts the page on the classpath, run from source by the build with the client library on its own: {@code java -cp …
 * Assets.java <web> <classes>/board}. All of {@code assets/} and the client's bundle go under {@code assets/<hash of the
 * whole page>/}, so that modules keep importing each other by relative names and each answer may be cached for ever;
 * {@code index.html} and the service worker {@code shell.js} name the hash and are asked for every time.
 */
final class Assets {

    /** Bytes of the whole page, as it is sent without compression. */
    private static final int MAX_BYTES = 180_000;

    private static final int HASH_DIGITS = 16;

    /** Of the client: what it shares between windows, which it finds beside itself. */
    private static final String SHARED = "worker.js";

    private static final List<String> LIBRARY = List.of("client.js", "cursors.js", SHARED);

    private static final Pattern COMMENT_LINES =
            Pattern.compile("(?m)^ *(?://.*|/\\*\\*(?:[^*]++|\\*(?!/))*+\\*/ *)\\R");
    private static final Pattern SOURCE_MAP = Pattern.compile("(?m)^//# sourceMappingURL=.*\\R?");

    private final Path web;
    private final Path target;
    /** By their names in the source, as they are sent. */
    private final Map<String, byte[]> assets = new TreeMap<>();

    private final String hash;
    private long bytes;

    private Assets(Path web, Path target) throws IOException {
        this.web = web;
        this.target = target;
        for (Path file : filesUnder(web.resolve("assets"))) {
            assets.put(slashed(web.relativize(file)), sent(file));
        }
        for (String name : LIBRARY) {
            assets.put("assets/" + name, text(bundled(name)));
        }
        this.hash = hash();
    }

    public static void main(String[] args) throws IOException {
        var assets = new Assets(Path.of(args[0]), Path.of(args[1]));
        clear(assets.target);
        assets.pack();
    }

    private void pack() throws IOException {
        for (var asset : assets.entrySet()) {
            write(placed(asset.getKey()), asset.getValue());
        }
        write("index.html", text(page()));
        write("shell.js", text(shell()));
        if (bytes > MAX_BYTES) {
            throw new IllegalStateException("the page has " + bytes + " bytes, more than " + MAX_BYTES);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Path to = target.resolve(name);
        Files.createDirectories(to.getParent());
        Files.write(to, content);
        bytes += content.length;
    }

    /** A file as it is sent: scripts without the comments that stand on lines of their own. */
    private static byte[] sent(Path file) throws IOException {
        return file.toString().endsWith(".js") ? text(withoutComments(file)) : Files.readAllBytes(file);
    }

    private static String withoutComments(Path file) throws IOException {
        return COMMENT_LINES.matcher(Files.readString(file)).replaceAll("");
    }

    /** A script of the client library. */
    private static String bundled(String name) throws IOException {
        try (var in = Assets.class.getClassLoader().getResourceAsStream("tailrace-client/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the client library is not on the class path");
            }
            return SOURCE_MAP
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .replaceAll("");
        }
    }

    /** The page with the hash in every address, and all modules announced so that none waits for its importer. */
    private String page() throws IOException {
        String preloads = assets.keySet().stream()
                .filter(name -> name.endsWith(".js") && !name.endsWith("/" + SHARED))
                .map(name -> "<link rel=\"modulepreload\" href=\"" + name + "\">")
                .collect(Collectors.joining("\n  "));
        return Files.readString(web.resolve("index.html"))
                .replace("<!-- preloads -->", preloads)
                .replace("=\"assets/", "=\"" + placed("assets/"));
    }

    /** The service worker, told its version and what to keep. */
    private String shell() throws IOException {
        String list =
                assets.keySet().stream().map(name -> "'/" + placed(name) + "'").collect(Collectors.joining(", "));
        return withoutComments(web.resolve("shell.js"))
                .replace("{version}", hash)
                .replace("'{assets}'", list);
    }

    /** Where an asset is found. */
    private String placed(String name) {
        return name.replaceFirst("^assets/", "assets/" + hash + "/");
    }

    private String hash() throws IOException {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var asset : assets.entrySet()) {
                sha.update(text(asset.getKey() + '\0'));
                sha.update(asset.getValue());
            }
            sha.update(Files.readAllBytes(web.resolve("index.html")));
            sha.update(Files.readAllBytes(web.resolve("shell.js")));
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

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String slashed(Path path) {
        return path.toString().replace('\\', '/');
    }
}
