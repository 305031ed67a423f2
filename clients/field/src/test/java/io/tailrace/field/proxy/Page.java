package io.tailrace.field.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page "Behind your proxy", and what in it is made from files and runs. */
final class Page {

    private static final Path FILE = Path.of("..", "..", "docker", "BEHIND-YOUR-PROXY.md");
    private static final String START = "<!-- table: made by ProxyMatrixIT -->\n";
    private static final String END = "<!-- end of table -->\n";

    private Page() {}

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The table of the matrix, as the page has it. */
    static String table() throws IOException {
        var text = text();
        return text.substring(text.indexOf(START) + START.length(), text.indexOf(END));
    }

    /** Puts another table in its place. */
    static void put(String table) throws IOException {
        var text = text();
        Files.writeString(
                FILE,
                text.substring(0, text.indexOf(START) + START.length()) + table + text.substring(text.indexOf(END)));
    }
}
