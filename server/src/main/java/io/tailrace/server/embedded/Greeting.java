package io.tailrace.server.embedded;

import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Grant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** What is said while the nodes of an instance start: where to go, and a first command to paste. */
final class Greeting {

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

    private Greeting() {}

    static String of(DevInstance instance, Path directory) throws StartRefused {
        var ports = instance.nodes().stream().map(NodeProcess::port).toList();
        var grants = List.of(new Grant(
                "*",
                EnumSet.of(
                        Capability.READ,
                        Capability.WRITE,
                        Capability.PRESENCE,
                        Capability.CURSORS,
                        Capability.MANAGE)));
        var tokens = new DevTokens(instance.secret());
        var token = tokens.mint("acme", "me", grants, TOKEN_LIFETIME);
        return """

                API     %s
                Health  %s

                The board, a window for each node:
                %s

                Write an event:
                curl -sS http://127.0.0.1:%d/v1/channels/chat:hello/events -H 'Authorization: Bearer %s' \
                -H 'Idempotency-Key: hello-1' -H 'Content-Type: application/json' -d '{"type":"message","data":"Hello"}'

                Another token: ./tailrace token --tenant acme --user me%s
                """.formatted(
                        urls(ports, port -> "http://127.0.0.1:" + port + "/v1"),
                        urls(ports, port -> "http://127.0.0.1:" + port + "/health/ready"),
                        String.join("\n", BoardLinks.of(ports, tokens, TOKEN_LIFETIME)),
                        ports.getFirst(),
                        token,
                        CommandLine.dataOption(directory));
    }

    private static String urls(List<Integer> ports, IntFunction<String> url) {
        return ports.stream().map(url::apply).collect(Collectors.joining("  "));
    }
}
