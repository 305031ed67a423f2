package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Reads and writes the JSON of the wire. Components of records become members in snake case; those that are not {@code
 * @Nullable} have to be sent. Reading is strict: UTF-8 only, no duplicate members, no unknown members, no coercion
 * between types, nothing after the value, at most {@value #MAX_DEPTH} levels, numbers of at most
 * {@value #MAX_NUMBER_LENGTH} characters, strings of at most {@value #MAX_STRING_LENGTH}, no U+0000 and no lone surrogates. Size is bounded by whoever reads the body.
 * Safe for use by many threads.
 */
public final class JsonCodec {

    /** Levels of nesting in what we read. */
    public static final int MAX_DEPTH = 64;

    /** Characters in the longest number that we read. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** Characters in the longest string that we read: those of the longest event that a contract may allow. */
    public static final int MAX_STRING_LENGTH = Contract.MAX_EVENT_BYTES;

    /** Sets of buffers that are kept for the next reader or writer; each is about 30 KiB. */
    private static final int MAX_BUFFERS = 64;

    /** Shared: buffers of a thread's own would be kept by every virtual thread that a connection has. */
    private static final RecyclerPool<BufferRecycler> BUFFERS = JsonRecyclerPools.newBoundedPool(MAX_BUFFERS);

    /** What a decoder puts in place of bytes that are no character. */
    private static final char REPLACEMENT = '\uFFFD';

    /** The attribute of a reader that holds all of what is read. */
    static final Object SOURCE = JsonCodec.class;

    private static final ObjectMapper MAPPER = mapper();
    private static final ObjectReader READER = MAPPER.reader();

    private JsonCodec() {}

    /**
     * Reads one value from UTF-8 bytes.
     *
     * @throws JsonFault when they are not acceptable JSON of the shape of {@code type}
     */
    public static <T> T read(byte[] utf8, Class<T> type) {
        return read(decode(utf8), type);
    }

    /** A decoder that reports what is wrong is slow, and makes four times the garbage: it is asked only where there may be something. */
    private static String decode(byte[] utf8) {
        var text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            } catch (CharacterCodingException e) {
                throw new JsonFault("the body is not valid UTF-8");
            }
        }
        return text;
    }

    /**
     * Reads one value from text.
     *
     * @throws JsonFault when it is not acceptable JSON of the shape of {@code type}
     */
    public static <T> T read(String text, Class<T> type) {
        try {
            T value = READER.forType(type).withAttribute(SOURCE, text).readValue(text);
            if (value == null) {
                throw new JsonFault("null is not accepted here");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw fault(e);
        }
    }

    /** The value as compact JSON text; absent members are left out. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a wire record cannot be written", e);
        }
    }

    /** The value as compact JSON in UTF-8; absent members are left out. */
    public static byte[] writeBytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a wire record cannot be written", e);
        }
    }

    private static ObjectMapper mapper() {
        var factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .recyclerPool(BUFFERS)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(MAX_STRING_LENGTH)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .serializationInclusion(JsonInclude.Include.NON_ABSENT)
                .annotationIntrospector(
                        AnnotationIntrospector.pair(new JacksonAnnotationIntrospector(), new RequiredMembers()))
                .addModule(new SimpleModule()
                        .addDeserializer(String.class, new CheckedString())
                        .addSerializer(Instant.class, ToStringSerializer.instance))
                .build();
    }

    private static JsonFault fault(JsonProcessingException e) {
        String pointer = e instanceof JsonMappingException mapping ? pointer(mapping) : "";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonFault fault) {
                return new JsonFault(fault.reason(), pointer);
            }
            if (cause instanceof IllegalArgumentException refused && refused.getMessage() != null) {
                return new JsonFault(refused.getMessage(), pointer);
            }
        }
        return switch (e) {
            case StreamConstraintsException ignored ->
                new JsonFault("the JSON is nested or sized beyond what is accepted", pointer);
            case UnrecognizedPropertyException ignored -> new JsonFault("an unknown member", pointer);
            case InvalidNullException ignored -> new JsonFault("null is not accepted here", pointer);
            case MismatchedInputException mismatch
            when missing(mismatch) -> new JsonFault("a required member is missing", pointer);
            case JsonParseException twice
            when twice.getOriginalMessage().startsWith("Duplicate") ->
                new JsonFault("an object has the same member twice", pointer);
            case JsonMappingException ignored ->
                new JsonFault("the JSON is not of the shape that is expected here", pointer);
            default -> new JsonFault("the JSON is malformed", pointer);
        };
    }

    /** Jackson has no type of its own for a creator property that was not sent. */
    private static boolean missing(MismatchedInputException e) {
        return e.getOriginalMessage().startsWith("Missing required creator property");
    }

    /** Ends before a name that is no text: it is the sender's, and the problem that tells it has to be JSON. */
    private static String pointer(JsonMappingException e) {
        var pointer = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            String name = step.getFieldName();
            if (name != null && Text.wrong(name) != null) {
                break;
            }
            pointer.append('/')
                    .append(
                            name == null
                                    ? step.getIndex()
                                    : name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    /** A JSON string and nothing else, of text that can be kept. */
    private static final class CheckedString extends StdScalarDeserializer<String> {

        private static final long serialVersionUID = 1L;

        CheckedString() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.currentToken().isScalarValue()
                    || parser.currentToken().isNumeric()
                    || parser.currentToken().isBoolean()) {
                throw new JsonFault("a string is expected");
            }
            return Text.checked(parser.getText());
        }
    }
}
