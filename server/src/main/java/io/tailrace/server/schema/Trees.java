package io.tailrace.server.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.tailrace.wire.Json;
import java.io.Serial;
import java.math.BigDecimal;

/** Trees of validated JSON for the validator alone, with exact numbers. */
final class Trees {

    /** Decimal places, before or after the point, in the longest number that arithmetic is done on. */
    private static final int MAX_SCALE = 1_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new BoundedNumbers())
            .build();

    /** A number such as 1e999999999: written in a few bytes, but arithmetic on it fills the memory. */
    static final class NumberTooLarge extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        NumberTooLarge() {
            super("a number is too large or too fine to be judged by a schema", null, false, false);
        }
    }

    private Trees() {}

    /** @throws NumberTooLarge when a number in it cannot be computed with */
    static JsonNode of(Json json) {
        try {
            return MAPPER.readTree(json.text());
        } catch (JsonProcessingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof NumberTooLarge tooLarge) {
                    throw tooLarge;
                }
            }
            throw new IllegalStateException("validated JSON cannot be read", e);
        }
    }

    private static final class BoundedNumbers extends JsonNodeFactory {

        @Serial
        private static final long serialVersionUID = 1L;

        BoundedNumbers() {
            super(true);
        }

        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (Math.abs((long) number.scale()) > MAX_SCALE) {
                throw new NumberTooLarge();
            }
            return super.numberNode(number);
        }
    }
}
