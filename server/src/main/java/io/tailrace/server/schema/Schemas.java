package io.tailrace.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Json;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles and applies the schemas of contracts. Compiled ones are kept by their text, so that no version, tenant or
 * restored database can confuse them. Any thread.
 */
public final class Schemas {

    /** Characters in the longest schema. */
    public static final int MAX_LENGTH = 65_536;

    /** Schemas in one contract at most. */
    public static final int MAX_SCHEMAS = 100;

    /** Compiled schemas that are kept; the longest unused goes. */
    static final int MAX_COMPILED = 500;

    private static final int MAX_MESSAGE = 200;
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/";

    private final SchemaRegistryConfig config = SchemaRegistryConfig.builder()
            .regularExpressionFactory(BoundedPattern::compile)
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ROOT)
            .preloadSchema(true)
            .build();
    private final Schema meta = registry().getSchema(SchemaLocation.of(DIALECT + "schema"));
    private final Map<String, Schema> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Schema> eldest) {
            return size() > MAX_COMPILED;
        }
    };

    /**
     * Judges {@code data} of a {@code type} by the contract's schema of exactly this type, its version included.
     *
     * @return what is wrong with it, naming the JSON Pointer from {@code /data} on; empty when it fits or the type is
     *     free
     */
    public Optional<Problem> violation(Contract contract, String type, Json data) {
        return Optional.ofNullable(contract.schemas().get(type))
                .flatMap(schema -> fault(compiled(schema), data))
                .map(fault -> Problem.of(ProblemType.SCHEMA_VIOLATED, fault.message())
                        .with("pointer", "/data" + fault.pointer()));
    }

    /**
     * Judges the schemas of a contract that is about to be declared.
     *
     * @return what is wrong with the first bad one, naming its JSON Pointer; empty when all can be used
     */
    public Optional<Problem> unusable(Contract contract) {
        if (contract.schemas().size() > MAX_SCHEMAS) {
            return Optional.of(unusable("", "a contract has at most " + MAX_SCHEMAS + " schemas"));
        }
        return contract.schemas().entrySet().stream()
                .flatMap(entry -> unusable(entry.getValue()).stream()
                        .map(fault -> unusable("/" + escaped(entry.getKey()) + fault.pointer(), fault.message())))
                .findFirst();
    }

    /** What is wrong, and where below the value that was judged. */
    private record Fault(String pointer, String message) {}

    private static Problem unusable(String pointer, String message) {
        return Problem.of(ProblemType.VALUE_UNACCEPTABLE, message).with("pointer", "/schemas" + pointer);
    }

    private Optional<Fault> unusable(Json schema) {
        if (schema.text().length() > MAX_LENGTH) {
            return Optional.of(new Fault("", "a schema has at most " + MAX_LENGTH + " characters"));
        }
        return fault(meta, schema).or(() -> {
            try {
                compile(schema);
                return Optional.empty();
            } catch (RuntimeException | StackOverflowError e) {
                return Optional.of(new Fault(
                        "",
                        "the schema cannot be compiled: a reference leads nowhere or outside, "
                                + "a pattern is malformed, or it is of another dialect than 2020-12"));
            }
        });
    }

    private Optional<Fault> fault(Schema schema, Json data) {
        try {
            JsonNode tree = Trees.of(data);
            var budget = new Budget(data.text().length());
            return ScopedValue.where(Budget.CURRENT, budget)
                    .call(() -> schema.validate(budget.context(), tree, new FirstError()))
                    .map(Schemas::fault);
        } catch (Trees.NumberTooLarge e) {
            return Optional.of(new Fault("", String.valueOf(e.getMessage())));
        } catch (Budget.Spent | StackOverflowError e) {
            return Optional.of(new Fault("", "the data takes more work to judge by its schema than is allowed"));
        }
    }

    private static Fault fault(Error error) {
        String message = error.getMessage();
        return new Fault(
                error.getInstanceLocation().toString(),
                message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…");
    }

    private Schema compiled(Json schema) {
        synchronized (compiled) {
            Schema known = compiled.get(schema.text());
            if (known != null) {
                return known;
            }
        }
        Schema made = compile(schema);
        synchronized (compiled) {
            compiled.put(schema.text(), made);
        }
        return made;
    }

    /** A registry of its own for each schema, so that none can refer to another one's {@code $id}. */
    private Schema compile(Json schema) {
        Schema made = registry().getSchema(Trees.of(schema));
        made.initializeValidators();
        return made;
    }

    /** Knows 2020-12 and fetches nothing but its own meta-schemas, which come with the library. */
    private SchemaRegistry registry() {
        return SchemaRegistry.withDialect(Dialects.getDraft202012(), builder -> builder.schemaRegistryConfig(config)
                .schemaLoader(loader -> loader.allow(iri -> iri.toString().startsWith(DIALECT))));
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
