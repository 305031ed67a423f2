package io.tailrace.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import java.time.Duration;

/** What happens around every handler: exchange before it, problem for its failure, journal and meters after it. */
final class Service {

    private static final int SMALL_BODY = 65_536;

    private final Journal journal;
    private final HttpMeters meters;
    private final Door door;
    private final Cors cors;

    Service(Journal journal, HttpMeters meters, Door door, Cors cors) {
        this.journal = journal;
        this.meters = meters;
        this.door = door;
        this.cors = cors;
    }

    /** The handler that is routed to in place of {@code handler}. */
    Handler of(String route, Handler handler) {
        return (request, response) ->
                serve(route, handler, request, bodiless(request) ? HeadResponse.of(response) : response);
    }

    private static boolean bodiless(ServerRequest request) {
        return request.prologue().method() == Method.HEAD
                && ClientConnection.of(request).multiplexed();
    }

    private void serve(String route, Handler handler, ServerRequest request, ServerResponse response) throws Exception {
        var exchange = Exchange.begin(request, route);
        request.path()
                .pathParameters()
                .first("channel")
                .asOptional()
                .flatMap(ChannelName::parse)
                .ifPresent(exchange::channel);
        var connection = ClientConnection.of(request);
        connection.active(1);
        try {
            SecurityHeaders.preset(response.headers());
            cors.answer(request, response);
            Parameters.requireWellFormed(request);
            door.pass(route);
            handler.handle(request, response);
        } catch (CloseConnectionException clientLeft) {
            exchange.cause(exchange.cause().orElse("client-left"));
            throw clientLeft;
        } catch (Exception failure) {
            refuse(exchange, request, response, failure);
        } finally {
            connection.active(-1);
            var took = Duration.ofNanos(exchange.tookNanos());
            int status = response.status().code();
            meters.served(route, status, took);
            exchange.describe(journal.line("request"))
                    .with("status", status)
                    .with("ms", took.toMillis())
                    .write();
        }
    }

    private void refuse(Exchange exchange, ServerRequest request, ServerResponse response, Exception failure) {
        var problem = Problems.of(failure).orElseGet(() -> {
            journal.fault(exchange.route(), failure);
            return Problem.of(ProblemType.INTERNAL);
        });
        exchange.cause(problem.cause().slug());
        if (response.isSent()) {
            throw new CloseConnectionException("failed after the answer had begun", failure);
        }
        if (!ClientConnection.of(request).multiplexed() && mustClose(request)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        Problems.send(response, problem);
    }

    /**
     * Whether the rest of a refused request's body is not worth reading: only a short one is, and only one whose length
     * is known, for after a bad chunk nobody knows where the next request begins.
     */
    private static boolean mustClose(ServerRequest request) {
        var headers = request.headers();
        boolean shortOne = headers.contentLength().orElse(0) <= SMALL_BODY
                && !headers.contains(HeaderNames.TRANSFER_ENCODING)
                && !headers.containsToken(HeaderValues.EXPECT_100);
        return !shortOne;
    }
}
