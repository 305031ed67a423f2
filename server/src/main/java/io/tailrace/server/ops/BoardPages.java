package io.tailrace.server.ops;

import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The roadmap board at {@code /}, from the classpath, and at {@code /shell.js} the service worker that keeps it for times
 * without a network. Both are asked for every time and answered 304 while they are the same; what they name carries the
 * hash of the whole in its path and may be kept for ever.
 */
public final class BoardPages implements HttpService {

    private static final String ROOT = "board/";
    private static final Pattern ASSET = Pattern.compile("[0-9a-f]{16}/[a-z][a-z0-9-]*\\.([a-z]{2,3})");
    private static final MediaType HTML = MediaTypes.create("text/html; charset=utf-8");
    private static final MediaType SCRIPT = MediaTypes.create("text/javascript; charset=utf-8");
    private static final Map<String, MediaType> TYPES = Map.of(
            "css", MediaTypes.create("text/css; charset=utf-8"),
            "js", SCRIPT,
            "svg", MediaTypes.create("image/svg+xml"));

    private static final Header REVALIDATE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");
    private static final Header FOR_EVER =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");

    private final Document page = document("index.html", HTML);
    private final Document shell = document("shell.js", SCRIPT);
    private final Header policy;

    /** What may change at the same address. */
    private record Document(byte[] content, String tag, MediaType type) {}

    /** @param nodes origins of other nodes that the page may go to, besides its own */
    public BoardPages(Set<String> nodes) {
        String connect = Stream.concat(
                        Stream.of("'self'"), nodes.stream().sorted().flatMap(BoardPages::withSocket))
                .collect(Collectors.joining(" "));
        this.policy = HeaderValues.create(
                "Content-Security-Policy",
                "default-src 'self'; connect-src " + connect
                        + "; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                        + "; require-trusted-types-for 'script'");
    }

    /** A policy's {@code http:} does not cover {@code ws:} of another origin (CSP 3, section 6.7.2.8). */
    private static Stream<String> withSocket(String origin) {
        return Stream.of(origin, origin.replaceFirst("^http", "ws"));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (request, response) -> revalidated(page, request, response));
        rules.get("/shell.js", (request, response) -> revalidated(shell, request, response));
        rules.get("/assets/{hash}/{file}", this::asset);
    }

    private void revalidated(Document document, ServerRequest request, ServerResponse response) {
        response.header(REVALIDATE)
                .header(HeaderValues.create(HeaderNames.ETAG, document.tag()))
                .header(policy);
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(document.tag()::equals)
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.headers().contentType(document.type());
        response.send(document.content());
    }

    private void asset(ServerRequest request, ServerResponse response) {
        var parameters = request.path().pathParameters();
        var name = ASSET.matcher(parameters.get("hash") + "/" + parameters.get("file"));
        var type = name.matches() ? TYPES.get(name.group(1)) : null;
        var content = type == null ? Optional.<byte[]>empty() : resource("assets/" + name.group());
        if (content.isEmpty()) {
            throw new Refusal(Problem.of(ProblemType.NOT_FOUND));
        }
        response.header(FOR_EVER);
        response.headers().contentType(Objects.requireNonNull(type));
        response.send(content.get());
    }

    private static Document document(String name, MediaType type) {
        var content = resource(name).orElseThrow(() -> new IllegalStateException("the board is not packed"));
        return new Document(content, "\"" + hash(content) + "\"", type);
    }

    private static Optional<byte[]> resource(String name) {
        try (var in = BoardPages.class.getClassLoader().getResourceAsStream(ROOT + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of the jar cannot be read", e);
        }
    }

    private static String hash(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
