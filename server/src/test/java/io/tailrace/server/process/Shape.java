package io.tailrace.server.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What stays of an answer when times, ids and other values are taken away. */
final class Shape {

    private Shape() {}

    /** Member names and kinds of values; numbers that are whole and small, and problem types, stay as they are. */
    static String of(JsonNode node) {
        if (node.isObject()) {
            return node.properties().stream()
                    .map(member -> member.getKey() + ":"
                            + (member.getKey().equals("type") ? member.getValue() : of(member.getValue())))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(Shape::of)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        return node.isInt() ? node.asText() : node.getNodeType().name();
    }

    /** The frames of a stream without heartbeats and without what differs each time; fields in order of their names. */
    static List<String> ofStream(String text) {
        return List.of(text.strip().split("\n\n")).stream()
                .filter(frame -> !frame.contains("event: heartbeat") && !frame.isBlank())
                .map(Shape::frame)
                .toList();
    }

    private static String frame(String text) {
        return text.lines()
                .filter(line -> !line.startsWith(":"))
                .map(line -> {
                    if (line.startsWith("data: ")) {
                        return "data: " + of(Client.json(line.substring(6)));
                    }
                    return line.startsWith("retry: ") ? "retry" : line;
                })
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
