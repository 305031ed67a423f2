package io.tailrace.server.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The oldest version of each client that is still served. A client says what it is by {@code client=name/version}; one
 * that does not, or has another name, is served.
 *
 * @param versions by name, as numbers from the first to the last
 */
public record OldestClients(Map<String, List<Integer>> versions) {

    /** All clients are served. */
    public static final OldestClients ALL = new OldestClients(Map.of());

    /** What an entry looks like. */
    public static final String FORM = "name>=version, like tailrace-js>=0.3, with commas between";

    private static final Pattern ENTRY =
            Pattern.compile("([A-Za-z0-9@][A-Za-z0-9@/._-]{0,63})>=(\\d{1,9}(?:\\.\\d{1,9}){0,3})");
    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,9}(?:\\.\\d{1,9}){0,3})(?!\\d)(-)?.*");

    public OldestClients {
        versions = Map.copyOf(versions);
    }

    /**
     * A client that is too old.
     *
     * @param name as the operator wrote it
     * @param least the oldest version of it that is served
     */
    public record TooOld(String name, String least) {}

    /** Reads entries as {@link #FORM} describes them; empty when one is malformed, or a name is there twice. */
    public static Optional<OldestClients> parse(String text) {
        var versions = new HashMap<String, List<Integer>>();
        for (String entry : text.split(",", -1)) {
            var match = ENTRY.matcher(entry.strip());
            if (!match.matches() || versions.put(match.group(1), numbers(match.group(2))) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new OldestClients(versions));
    }

    /**
     * Why this client is not served; empty: it is. A version that cannot be read is none, and one before a release
     * ({@code 1.0-beta}) is older than it.
     *
     * @param client as the client says; null: it does not
     */
    Optional<TooOld> refuses(@Nullable String client) {
        if (client == null || versions.isEmpty()) {
            return Optional.empty();
        }
        int slash = client.lastIndexOf('/');
        String name = slash < 0 ? client : client.substring(0, slash);
        var least = versions.get(name);
        return least == null || slash >= 0 && atLeast(least, client.substring(slash + 1))
                ? Optional.empty()
                : Optional.of(new TooOld(
                        name,
                        String.join(".", least.stream().map(String::valueOf).toList())));
    }

    private static boolean atLeast(List<Integer> least, String version) {
        var match = VERSION.matcher(version);
        if (!match.matches()) {
            return false;
        }
        var numbers = numbers(match.group(1));
        for (int i = 0; i < Math.max(least.size(), numbers.size()); i++) {
            int order = Integer.compare(part(numbers, i), part(least, i));
            if (order != 0) {
                return order > 0;
            }
        }
        return match.group(2) == null;
    }

    private static int part(List<Integer> numbers, int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }

    private static List<Integer> numbers(String version) {
        return Pattern.compile("\\.")
                .splitAsStream(version)
                .map(Integer::valueOf)
                .toList();
    }
}
