package io.tailrace.field.network;

import io.tailrace.field.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The TypeScript client, in a process of Node. */
record ScriptFollower(Program program) implements Follower {

    static Follower start(Line line, String channel, String token) {
        return new ScriptFollower(Program.node(
                Path.of(""),
                Map.of("URL", line.origin().toString(), "CHANNEL", channel, "TOKEN", token),
                "src/test/script/follow.ts"));
    }

    @Override
    public List<Received> received() {
        return program.lines().stream()
                .filter(line -> line.startsWith("event "))
                .map(line -> line.split(" ", -1))
                .map(words -> new Received(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .toList();
    }

    @Override
    public String items() {
        return program.lines().stream()
                .filter(line -> line.startsWith("state "))
                .reduce((first, last) -> last)
                .map(line -> line.split(" ", 3)[2])
                .orElse("");
    }

    @Override
    public String said() {
        var connection = program.lines().stream()
                .filter(line -> line.startsWith("connection "))
                .toList();
        return connection + program.errors();
    }

    @Override
    public void close() {
        program.close();
    }
}
