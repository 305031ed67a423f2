package io.tailrace.server.embedded;

import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./tailrace token}: a token for the development instance of a data directory. */
final class TokenCommand {

    private static final List<String> DEFAULT_GRANT = List.of("*=read,write,presence,cursors,manage");
    private static final String DEFAULT_TTL = "1h";

    /** Nodes refuse tokens that live longer, unless they are told otherwise. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final Pattern TTL = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
    private static final Pattern PATTERN = Pattern.compile("\\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\\*?");

    private TokenCommand() {}

    /** The token. The directory's secret is made when it has none yet, and the next start uses it. */
    static String run(List<String> words) throws StartRefused {
        var flags = Flags.parse(words, Set.of("tenant", "user", "grant", "ttl", CommandLine.DATA));
        var tenant = flags.required("tenant");
        var user = flags.required("user");
        var asked = flags.all("grant");
        var grants = new ArrayList<Grant>();
        for (var grant : asked.isEmpty() ? DEFAULT_GRANT : asked) {
            grants.add(grant(grant));
        }
        var lifetime = lifetime(flags.one("ttl").orElse(DEFAULT_TTL));
        var data = DataDirectory.at(CommandLine.dataDirectory(flags));
        return new DevTokens(data.secret(DevInstance.TOKEN_SECRET)).mint(tenant, user, grants, lifetime);
    }

    /** {@code pattern=capability,capability}: {@code board:*=read,write}. */
    static Grant grant(String text) throws StartRefused {
        int equals = text.indexOf('=');
        if (equals < 0 || !PATTERN.matcher(text.substring(0, equals)).matches()) {
            throw new StartRefused("--grant is a channel, or its beginning and a *, then = and what it allows, as in"
                    + " 'board:*=read,write', not " + text + ".");
        }
        var can = EnumSet.noneOf(Capability.class);
        for (var word : text.substring(equals + 1).split(",", -1)) {
            can.add(capability(word));
        }
        return new Grant(text.substring(0, equals), can);
    }

    private static Capability capability(String word) throws StartRefused {
        return Stream.of(Capability.values())
                .filter(capability -> DevTokens.word(capability).equals(word))
                .findFirst()
                .orElseThrow(() -> new StartRefused("--grant allows "
                        + Stream.of(Capability.values()).map(DevTokens::word).collect(Collectors.joining(", "))
                        + "; there is no " + (word.isEmpty() ? "empty one" : word) + "."));
    }

    /** {@code 90s}, {@code 15m}, {@code 1h} or {@code 7d}. */
    static Duration lifetime(String text) throws StartRefused {
        var match = TTL.matcher(text);
        if (!match.matches()) {
            throw new StartRefused("--ttl is a number and s, m, h or d, as in 15m, not " + text + ".");
        }
        long amount = Long.parseLong(match.group(1));
        var lifetime =
                switch (match.group(2)) {
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
        if (lifetime.compareTo(LONGEST) > 0) {
            throw new StartRefused("--ttl is at most " + LONGEST.toHours() + "h, not " + text + ".");
        }
        return lifetime;
    }
}
