package io.tailrace.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads options from the environment; every malformed value is a {@link ConfigFault} that names the variable. */
final class Settings {

    private static final String PREFIX = "TAILRACE_";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final Map<String, String> environment;

    /** @throws ConfigFault when a variable begins with {@code TAILRACE_} and is no option */
    Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        var known = Arrays.stream(Option.values()).map(Option::variable).collect(Collectors.toSet());
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new ConfigFault(name + " is not an option of Tailrace.");
                });
    }

    /** The value, or the option's default; empty when it has none. An empty value is none. */
    Optional<String> text(Option option) {
        return Optional.ofNullable(environment.get(option.variable()))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .or(option::standard)
                .filter(value -> !value.isEmpty());
    }

    /** The value of an option that has to be there. */
    String required(Option option) {
        return text(option).orElseThrow(() -> new ConfigFault(option.variable() + " is required."));
    }

    /** The parts of a value between commas. */
    List<String> list(Option option) {
        return text(option).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** A whole number within bounds. */
    Optional<Integer> number(Option option, int min, int max) {
        return text(option).map(value -> {
            try {
                int number = Integer.parseInt(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException notOne) {
                // told below
            }
            throw new ConfigFault(option.variable() + " must be a whole number from " + min + " to " + max + ".");
        });
    }

    /** A time like {@code 250ms}, {@code 30s}, {@code 15m}, {@code 24h} or {@code 7d} within bounds. */
    Duration duration(Option option, Duration min, Duration max) {
        var value = required(option);
        var match = DURATION.matcher(value);
        if (match.matches()) {
            long amount = Long.parseLong(match.group(1));
            var duration =
                    switch (match.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    };
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                return duration;
            }
        }
        throw new ConfigFault(option.variable() + " must be a time like 30s, 15m or 7d, from " + text(min) + " to "
                + text(max) + ".");
    }

    /** A value of a form of its own. */
    <T> Optional<T> parsed(Option option, Function<String, Optional<T>> parse, String form) {
        return text(option).map(value -> parse.apply(value)
                .orElseThrow(() -> new ConfigFault(option.variable() + " must be " + form + ".")));
    }

    private static String text(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds % 86_400 == 0 && seconds > 0
                ? seconds / 86_400 + "d"
                : seconds % 3_600 == 0 && seconds > 0
                        ? seconds / 3_600 + "h"
                        : seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
