package io.tailrace.client;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a server says: strictly as JSON, kindly as to members, of which unknown ones are passed over. */
final class Json {

    private static final TypeAdapter<JsonElement> ELEMENTS = new Gson().getAdapter(JsonElement.class);

    private Json() {}

    /** @throws MalformedException when the text is not one JSON object */
    static JsonObject object(String text) throws MalformedException {
        try (var reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            var element = ELEMENTS.read(reader);
            if (element instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
            throw new MalformedException("not one JSON object", null);
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new MalformedException("not JSON", e);
        }
    }

    static String text(JsonObject object, String name) throws MalformedException {
        var text = optional(object, name);
        if (text == null) {
            throw new MalformedException("no " + name, null);
        }
        return text;
    }

    /** A member's text; null: it is absent, null, or no text. */
    static @Nullable String optional(JsonObject object, String name) {
        var member = object.get(name);
        return member != null
                        && member.isJsonPrimitive()
                        && member.getAsJsonPrimitive().isString()
                ? member.getAsString()
                : null;
    }

    /** A member's number, truncated. @param otherwise when it is absent or no number */
    static long number(JsonObject object, String name, long otherwise) {
        var member = object.get(name);
        try {
            return member != null
                            && member.isJsonPrimitive()
                            && member.getAsJsonPrimitive().isNumber()
                    ? member.getAsLong()
                    : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    static boolean flag(JsonObject object, String name) {
        var member = object.get(name);
        return member != null && member.isJsonPrimitive() && member.getAsBoolean();
    }

    /** An object within; null: absent, or something else. */
    static @Nullable JsonObject inner(JsonObject object, String name) {
        return object.get(name) instanceof JsonObject inner ? inner : null;
    }

    /** The objects of an array within, in order; what is no object is passed over. */
    static <T> List<T> list(JsonObject object, String name, Function<JsonObject, @Nullable T> each) {
        var items = new ArrayList<T>();
        if (object.get(name) instanceof JsonArray array) {
            for (var element : array) {
                var item = element instanceof JsonObject one ? each.apply(one) : null;
                if (item != null) {
                    items.add(item);
                }
            }
        }
        return items;
    }

    /** A member as JSON text. @param otherwise when it is absent */
    static String raw(JsonObject object, String name, String otherwise) {
        var member = object.get(name);
        return member == null ? otherwise : member.toString();
    }

    /** A time for display; the epoch when it is absent or malformed. */
    static Instant time(JsonObject object, String name) {
        var text = optional(object, name);
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /** The text as a JSON string, quotes included. */
    static String quoted(String text) {
        return new com.google.gson.JsonPrimitive(text).toString();
    }
}
