package io.tailrace.sdk.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** A JSON answer with what a later version may add to it or say in it. */
final class LaterAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What applications wrote: no server changes it. */
    private static final Set<String> OPAQUE = Set.of("data", "meta", "detail", "schemas");

    /** Members whose members are names, not words of the document. */
    private static final Set<String> KEYED = Set.of("channels", "parts", "dropped");

    /** Members with an enumeration, and a value that it does not have yet. */
    private static final Map<String, String> VALUES = Map.of(
            "state", "hovering",
            "mode", "presenting",
            "role", "owner",
            "durability", "forever",
            "conflict", "vote",
            "create", "by-lot",
            "action", "channel.archived");

    private LaterAnswer() {}

    static byte[] of(byte[] answer) throws IOException {
        var node = JSON.readTree(answer);
        later(node, false);
        return JSON.writeValueAsBytes(node);
    }

    private static void later(JsonNode node, boolean keyed) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                member.setValue(value(object, member.getKey(), member.getValue(), keyed));
                if (!OPAQUE.contains(member.getKey())) {
                    later(member.getValue(), KEYED.contains(member.getKey()));
                }
            });
            if (!keyed) {
                object.putObject("of_tomorrow")
                        .putArray("list")
                        .add(1)
                        .addNull()
                        .add("two");
            }
        } else {
            node.forEach(item -> later(item, false));
        }
    }

    private static JsonNode value(ObjectNode object, String member, JsonNode value, boolean keyed) {
        if (!value.isTextual()) {
            return value;
        }
        String text = VALUES.get(member);
        if (keyed || member.equals("status")) {
            text = "dreaming"; // a status that is a number is a problem's
        } else if (member.equals("type")) {
            text = object.has("title") ? "/problems/of-tomorrow" : "something.else@9999";
        }
        return text == null ? value : JsonNodeFactory.instance.textNode(text);
    }
}
