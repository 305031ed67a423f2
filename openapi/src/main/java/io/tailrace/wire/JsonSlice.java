package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;

/**
 * One JSON value as it stood in what was read, still to be read itself: its structure is sound, what its strings and
 * numbers hold is not known. An item of a long list costs nothing but its length this way, and its faults are its own.
 *
 * @param text the JSON text, white space included
 */
@JsonDeserialize(using = JsonSlice.Reader.class)
public record JsonSlice(@JsonValue @JsonRawValue String text) {

    static final class Reader extends StdDeserializer<JsonSlice> {

        private static final long serialVersionUID = 1L;

        Reader() {
            super(JsonSlice.class);
        }

        @Override
        public JsonSlice getNullValue(DeserializationContext context) {
            return new JsonSlice("null");
        }

        @Override
        public JsonSlice deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var source = (String) context.getAttribute(JsonCodec.SOURCE);
            int from = offset(parser.currentTokenLocation().getCharOffset());
            parser.skipChildren();
            parser.finishToken();
            return new JsonSlice(
                    source.substring(from, offset(parser.currentLocation().getCharOffset())));
        }

        private static int offset(long chars) {
            return Math.toIntExact(chars);
        }
    }
}
