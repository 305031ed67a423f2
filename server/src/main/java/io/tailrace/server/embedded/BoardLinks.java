package io.tailrace.server.embedded;

import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Links that open the board at each node, signed in as a different person each, so that two windows are two people. The
 * token stands in the fragment, which browsers send nowhere; with it go the nodes, so that a page whose node is killed
 * can go to another.
 */
final class BoardLinks {

    private static final String TENANT = "acme";
    private static final List<String> PEOPLE = List.of("ada", "ben", "cleo", "dan");
    /** A board, and the comments on its cards, which are channels {@code chat:<board>.<card>}. */
    private static final List<Grant> BOARDS = List.of(
            new Grant(
                    "board:*", EnumSet.of(Capability.READ, Capability.WRITE, Capability.PRESENCE, Capability.CURSORS)),
            new Grant("chat:*", EnumSet.of(Capability.READ, Capability.WRITE)));

    private BoardLinks() {}

    /** A link for each port, in that order. */
    static List<String> of(List<Integer> ports, DevTokens tokens, Duration lifetime) throws StartRefused {
        var nodes = ports.stream().map(BoardLinks::url).collect(Collectors.joining(","));
        var links = new ArrayList<String>();
        for (int i = 0; i < ports.size(); i++) {
            var token = tokens.mint(TENANT, PEOPLE.get(i % PEOPLE.size()), BOARDS, lifetime);
            links.add(
                    url(ports.get(i)) + "/?board=roadmap#token=" + token + (ports.size() > 1 ? "&nodes=" + nodes : ""));
        }
        return links;
    }

    /** The origins of pages that nodes at these ports serve, by either name of this machine, as nodes allow them. */
    static String origins(List<Integer> ports) {
        return ports.stream()
                .map(port -> url(port) + ",http://localhost:" + port)
                .collect(Collectors.joining(","));
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }
}
