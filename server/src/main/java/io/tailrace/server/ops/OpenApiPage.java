package io.tailrace.server.ops;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The OpenAPI document at {@code /openapi.yaml}, and what it points to, as they are packed. */
public final class OpenApiPage implements HttpService {

    private static byte[] packed(String name) {
        try (var in = OpenApiPage.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not packed");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of the jar cannot be read", e);
        }
    }

    @Override
    public void routing(HttpRules rules) {
        page(rules, "openapi.yaml", "application/yaml");
        page(rules, "cursors.v1.schema.json", "application/schema+json");
    }

    private static void page(HttpRules rules, String name, String type) {
        byte[] document = packed(name);
        rules.get(
                "/" + name, (request, response) -> response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, type))
                        .header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache"))
                        .send(document));
    }
}
