package io.tailrace.field.proxy;

import io.tailrace.docker.Proxy;
import io.tailrace.docker.Proxy.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Behind which proxy a client stands.
 *
 * @param kind of the proxy
 * @param setting of it
 */
record Place(Kind kind, Setting setting) {

    private static final Path CONFIGURATIONS = Path.of("src", "test", "proxies");
    private static final String FILTER = "apache-hold.lua";
    private static final String SCANNER = ":1344/";

    /** All there are, in the order of the table. */
    static List<Place> all() {
        return Arrays.stream(Kind.values())
                .flatMap(kind -> Arrays.stream(Setting.values()).map(setting -> new Place(kind, setting)))
                .toList();
    }

    /** For file names, and for scripts. */
    String name() {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + setting.title();
    }

    /**
     * Starts the proxy in a directory of its own; returns when it listens.
     *
     * @param scanner port of what looks at answers, for who has one
     */
    Proxy start(Path parent, int first, int second, int scanner) throws IOException {
        var directory = Files.createDirectories(parent.resolve(name()));
        if (setting == Setting.OURS) {
            return Proxy.start(kind, directory, first, second);
        }
        var filter = Files.copy(CONFIGURATIONS.resolve(FILTER), directory.resolve(FILTER));
        var configuration = Files.readString(CONFIGURATIONS.resolve(name() + ".conf"))
                .replace(SCANNER, ":" + scanner + "/")
                .replace("/usr/share/tailrace/" + FILTER, filter.toString());
        return Proxy.start(kind, configuration, directory, first, second);
    }

    @Override
    public String toString() {
        return kind.title() + ", " + setting.title();
    }
}
