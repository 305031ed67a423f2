package io.tailrace.server.http;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The pages behind the {@code type} of problems, one for each {@link ProblemType}, and their list. */
public final class ProblemPages implements HttpService {

    private static final HttpMediaType HTML = HttpMediaType.builder()
            .mediaType(MediaTypes.TEXT_HTML)
            .charset("UTF-8")
            .build();

    private static final String PAGE = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>%1$s</title>
        <h1>%1$s</h1>
        %2$s
        <p><a href="/problems">All problems</a>
        </html>
        """;

    @Override
    public void routing(HttpRules rules) {
        rules.get("/problems", (request, response) -> send(response, "Problems", list()));
        rules.get("/problems/{slug}", this::page);
    }

    private void page(ServerRequest request, ServerResponse response) {
        var slug = request.path().pathParameters().get("slug");
        var type = Arrays.stream(ProblemType.values())
                .filter(each -> each.slug().equals(slug))
                .findFirst()
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.NOT_FOUND)));
        send(response, type.title(), text(type));
    }

    private static String text(ProblemType type) {
        return "<p>Status <strong>" + type.status() + "</strong>, type <code>" + type.uri() + "</code>.\n<p>"
                + ProblemAdvice.of(type);
    }

    private static String list() {
        return Arrays.stream(ProblemType.values())
                .map(type -> "<li><a href=\"" + type.uri() + "\">" + type.status() + " " + type.title() + "</a>\n")
                .collect(Collectors.joining("", "<ul>\n", "</ul>"));
    }

    private static void send(ServerResponse response, String title, String body) {
        response.headers().contentType(HTML);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=3600"));
        response.header(SecurityHeaders.TEXT_ONLY);
        response.send(PAGE.formatted(title, body).getBytes(StandardCharsets.UTF_8));
    }
}
