package io.tailrace.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** Copies a value token by token into compact text. Numbers go over as text, so that nothing is rounded. */
final class JsonReader extends StdDeserializer<Json> {

    private static final long serialVersionUID = 1L;

    JsonReader() {
        super(Json.class);
    }

    @Override
    public Json getNullValue(DeserializationContext context) {
        return Json.NULL;
    }

    /** A member that was not sent is not {@code null}: records tell the two apart. */
    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
        return null;
    }

    @Override
    public Json deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator out = parser.getCodec().getFactory().createGenerator(text)) {
            copyValue(parser, out);
        }
        return new Json(text.toString());
    }

    private static void copyValue(JsonParser parser, JsonGenerator out) throws IOException {
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            copyToken(parser, token, out);
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
    }

    private static void copyToken(JsonParser parser, JsonToken token, JsonGenerator out) throws IOException {
        switch (token) {
            case START_OBJECT -> out.writeStartObject();
            case END_OBJECT -> out.writeEndObject();
            case START_ARRAY -> out.writeStartArray();
            case END_ARRAY -> out.writeEndArray();
            case FIELD_NAME -> out.writeFieldName(Text.checked(parser.currentName()));
            case VALUE_STRING -> out.writeString(Text.checked(parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(number(parser));
            case VALUE_TRUE -> out.writeBoolean(true);
            case VALUE_FALSE -> out.writeBoolean(false);
            case VALUE_NULL -> out.writeNull();
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException("not a token of text");
        }
    }

    /** The number's own text. The parser checks its length only when it makes a number of it, which we never do. */
    private static String number(JsonParser parser) throws IOException {
        if (parser.getTextLength() > JsonCodec.MAX_NUMBER_LENGTH) {
            throw new JsonFault("a number is longer than " + JsonCodec.MAX_NUMBER_LENGTH + " characters");
        }
        return parser.getText();
    }
}
