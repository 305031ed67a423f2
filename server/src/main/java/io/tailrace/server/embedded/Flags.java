package io.tailrace.server.embedded;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of a command line, {@code --name value} or {@code --name=value}; whatever is not one is refused. */
final class Flags {

    private final Map<String, List<String>> values = new HashMap<>();

    /**
     * @param arguments what follows the command
     * @param known the names it takes, without dashes
     */
    static Flags parse(List<String> arguments, Set<String> known) throws StartRefused {
        var flags = new Flags();
        for (var words = arguments.iterator(); words.hasNext(); ) {
            var word = words.next();
            int equals = word.indexOf('=');
            var name = equals < 0 ? word : word.substring(0, equals);
            if (!name.startsWith("--") || !known.contains(name.substring(2))) {
                throw new StartRefused("Unknown option " + word + "; ./tailrace help lists what there is.");
            }
            if (equals < 0 && !words.hasNext()) {
                throw new StartRefused(name + " needs a value.");
            }
            var value = equals < 0 ? words.next() : word.substring(equals + 1);
            flags.values
                    .computeIfAbsent(name.substring(2), any -> new ArrayList<>())
                    .add(value);
        }
        return flags;
    }

    /** All values of an option that may be repeated, in their order. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of an option that may be given once; absent when it was not given. */
    Optional<String> one(String name) throws StartRefused {
        var given = all(name);
        if (given.size() > 1) {
            throw new StartRefused("--" + name + " is given twice.");
        }
        return given.stream().findFirst();
    }

    /** The value of an option that must be given. */
    String required(String name) throws StartRefused {
        return one(name).orElseThrow(() -> new StartRefused("--" + name + " is needed."));
    }

    /** A whole number between {@code least} and {@code most}, or {@code otherwise} when it was not given. */
    int number(String name, int least, int most, int otherwise) throws StartRefused {
        var text = one(name).orElse(Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new StartRefused("--" + name + " is a number between " + least + " and " + most + ", not " + text + ".");
    }
}
