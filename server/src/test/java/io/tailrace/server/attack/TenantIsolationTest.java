package io.tailrace.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import io.tailrace.openapi.OpenApi;
import io.tailrace.openapi.Operation;
import io.tailrace.server.badinput.RawHttp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every operation of the OpenAPI document, with every kind of credentials, against the names of another tenant. */
@Tag("R-70")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantIsolationTest {

    /** Credentials of somebody who has no business there, put on a request. */
    private record Credentials(String name, Function<Request, Request> put) {}

    /** What operations with a body are sent; whatever is missing is sent an empty object. */
    private static final Map<String, String> BODIES = Map.of(
            "POST /v1/channels/{channel}/events", "{\"type\":\"t\",\"data\":1}",
            "POST /v1/writes",
                    "{\"writes\":[{\"idempotency_key\":\"" + UUID.randomUUID() + "\",\"channel\":\"" + Target.CHANNEL
                            + "\",\"type\":\"t\",\"data\":1},{\"idempotency_key\":\"" + UUID.randomUUID()
                            + "\",\"channel\":\"" + Target.CHANNEL
                            + "\",\"type\":\"t\",\"data\":1,\"by\":\"ada\"}]}",
            "PATCH /v1/streams/{stream}", "{\"add\":[\"" + Target.CHANNEL + "\"]}",
            "POST /v1/tickets", "{\"channels\":[\"" + Target.CHANNEL + "\"]}",
            "PUT /v1/channels/{channel}/members/{user}", "{\"role\":\"manager\"}",
            "PUT /v1/channels/{channel}/presence", "{\"state\":\"active\"}",
            "POST /v1/channels/{channel}/signals", "{\"kind\":\"wave\"}",
            "PUT /v1/channels/{channel}/receipt", "{\"seq\":1}",
            "POST /v1/revocations", "{\"kind\":\"user\",\"subject\":\"mallory\"}");

    private Target target;
    private List<String> before;

    @BeforeAll
    void start() throws IOException, JOSEException {
        target = new Target();
        before = target.state();
    }

    @AfterAll
    void stop() {
        target.close();
    }

    @TestFactory
    Stream<DynamicTest> nothingIsReadOrChanged() {
        var all = credentials();
        return OpenApi.load().operations().stream().flatMap(operation -> all.stream()
                .map(credentials -> DynamicTest.dynamicTest(
                        operation.method().toUpperCase(Locale.ROOT) + " " + operation.pattern() + " by "
                                + credentials.name(),
                        () -> tries(operation, credentials))));
    }

    private List<Credentials> credentials() {
        String rival = target.rival();
        String ticket = target.ticket(rival, "{\"channels\":[\"" + Target.CHANNEL + "\"]}");
        var all = new ArrayList<Credentials>();
        all.add(new Credentials("nobody", request -> request));
        all.add(new Credentials("another tenant's token", request -> request.bearer(rival)));
        all.add(new Credentials("another tenant's ticket", request -> ticketed(request, ticket)));
        all.add(new Credentials(
                "another tenant's cookie", request -> request.header("Cookie", "tailrace_token=" + rival)
                        .header("Origin", "https://app.example.org")));
        all.add(new Credentials("a guest's token", request -> request.bearer(target.guest())));
        all.add(new Credentials(
                "the owner's token of yesterday",
                request -> request.bearer(Forge.hs256(
                        "{\"alg\":\"HS256\"}", Forge.claims(Target.TENANT, "ada", Target.soon() - 86_400, "")))));
        return all;
    }

    private static Request ticketed(Request request, String ticket) {
        String line = request.line();
        String with = line.replace(" HTTP/1.1", (line.contains("?") ? "&" : "?") + "ticket=" + ticket + " HTTP/1.1");
        return new Request(with, request.head(), request.body());
    }

    private void tries(Operation operation, Credentials credentials) throws IOException {
        var answer = RawHttp.send(
                target.node().port(),
                credentials.put().apply(request(operation)).bytes());

        assertThat(answer.status()).as(answer.text()).isBetween(200, 499);
        assertThat(answer.text()).doesNotContain(Target.SECRET);
        assertThat(target.state()).isEqualTo(before);
    }

    private Request request(Operation operation) {
        String method = operation.method().toUpperCase(Locale.ROOT);
        String path = operation
                .pattern()
                .replace("{channel}", Target.CHANNEL)
                .replace("{user}", "mallory")
                .replace("{namespace}", "board")
                .replace("{stream}", target.streamId());
        if (path.equals("/v1/stream")) {
            path += "?wait=0&channel=" + Target.CHANNEL + "@0";
        }
        boolean writes = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
        String body = writes ? BODIES.getOrDefault(method + " " + operation.pattern(), "{}") : "";
        return Request.of(method, path, body).header("Idempotency-Key", "isolation-" + UUID.randomUUID());
    }
}
