package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.nio.charset.StandardCharsets;

/**
 * One validated JSON value as compact text: no white space between tokens, numbers digit for digit as they were sent,
 * members in the order they were sent, no line breaks. It is never a tree: what a client sent is what others get.
 *
 * @param text the JSON text
 */
@JsonDeserialize(using = JsonReader.class)
public record Json(@JsonValue @JsonRawValue String text) {

    /** The JSON {@code null}. */
    public static final Json NULL = new Json("null");

    /**
     * Validates and compacts {@code text} by the rules of {@link JsonCodec}.
     *
     * @throws JsonFault when it is not one JSON value, or one that we refuse
     */
    public static Json parse(String text) {
        return JsonCodec.read(text, Json.class);
    }

    /** Its length in UTF-8. */
    public int bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    public boolean isNull() {
        return text.equals("null");
    }

    @Override
    public String toString() {
        return text;
    }
}
