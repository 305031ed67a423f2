package io.tailrace.server.ops;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The OpenAPI document at {@code /openapi.yaml}, as it is packed. */
public final class OpenApiPage implements HttpService {

    private final byte[] document;

    public OpenApiPage() {
        try (var in = OpenApiPage.class.getClassLoader().getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("the OpenAPI document is not packed");
            }
            this.document = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of the jar cannot be read", e);
        }
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/openapi.yaml", (request, response) -> response.header(
                        HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/yaml"))
                .header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache"))
                .send(document));
    }
}
