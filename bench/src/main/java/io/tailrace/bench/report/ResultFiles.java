package io.tailrace.bench.report;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The directory of results: one JSON file and one plot per scenario, and a page about all that are there. */
public final class ResultFiles {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new Instants()))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Path directory;

    public ResultFiles(Path directory) {
        this.directory = directory;
    }

    private static final class Instants extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        Instants() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, DeserializationContext context) {
            return Instant.parse(text);
        }
    }

    /**
     * Writes these, replacing earlier ones of the scenario, and the page anew.
     *
     * @param order names of scenarios, as the page has them
     */
    public void write(Results results, List<String> order) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(file(results.scenario()), JSON.writeValueAsString(results) + "\n");
        Files.writeString(directory.resolve(results.scenario() + ".svg"), Svg.plot(results));
        var all = new ArrayList<Results>();
        for (var scenario : order) {
            if (Files.exists(file(scenario))) {
                all.add(JSON.readValue(Files.readString(file(scenario)), Results.class));
            }
        }
        Files.writeString(directory.resolve("README.md"), Markdown.page(all));
    }

    private Path file(String scenario) {
        return directory.resolve(scenario + ".json");
    }
}
