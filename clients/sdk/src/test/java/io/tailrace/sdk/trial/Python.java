package io.tailrace.sdk.trial;

import java.util.ArrayList;
import java.util.List;

/** Commands of a virtual environment that is called {@code venv}. */
final class Python {

    private Python() {}

    /** Makes it anew. */
    static List<String> environment() {
        return List.of("python3", "-m", "venv", "--clear", "venv");
    }

    /** Installs packages in it, with these options. */
    static List<String> pip(String... options) {
        var command = new ArrayList<>(List.of(
                "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"));
        command.addAll(List.of(options));
        return command;
    }
}
