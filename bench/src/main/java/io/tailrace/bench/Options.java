package io.tailrace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param names of scenarios; empty: all
 * @param row only rows whose names contain this are measured, and their results stay apart too; empty: all
 * @param quick only tries the bench
 * @param list only says what there is
 * @param rounds how often everything is measured
 * @param against files that describe more servers
 * @param data where databases keep their files
 * @param results where results go; by default quick ones stay apart
 */
record Options(
        List<String> names,
        String row,
        boolean quick,
        boolean list,
        int rounds,
        List<Path> against,
        Path data,
        Path results) {

    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 100;

    /** @throws IllegalArgumentException for what is not understood, with a line for the person at the terminal */
    static Options parse(List<String> words, Path home) {
        var names = new ArrayList<String>();
        var against = new ArrayList<Path>();
        var row = "";
        boolean quick = false;
        boolean list = false;
        int rounds = 0;
        var data = home.resolve("bench/target/data");
        @Nullable Path results = null;
        for (var rest = words.iterator(); rest.hasNext(); ) {
            var word = rest.next();
            switch (word) {
                case "--quick" -> quick = true;
                case "--list" -> list = true;
                case "--row" -> row = value(word, rest);
                case "--rounds" -> rounds = rounds(value(word, rest));
                case "--against" -> against.add(Path.of(value(word, rest)));
                case "--data" -> data = Path.of(value(word, rest));
                case "--results" -> results = Path.of(value(word, rest));
                default -> {
                    if (word.startsWith("-")) {
                        throw new IllegalArgumentException("Unknown option " + word + ".");
                    }
                    names.add(word);
                }
            }
        }
        int enough = quick ? 1 : ROUNDS;
        boolean part = !row.isEmpty();
        var usual = home.resolve(quick ? "bench/target/quick" : part ? "bench/target/part" : "bench/results");
        return new Options(
                names,
                row,
                quick,
                list,
                rounds == 0 ? enough : rounds,
                against,
                data,
                results == null ? usual : results);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value.");
        }
        return rest.next();
    }

    private static int rounds(String text) {
        try {
            int rounds = Integer.parseInt(text);
            if (rounds >= 1 && rounds <= MOST_ROUNDS) {
                return rounds;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("--rounds is a number between 1 and " + MOST_ROUNDS + ", not " + text + ".");
    }
}
