package io.tailrace.server.http;

import io.helidon.http.HeaderValues;
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

    private final Journal journal;
    private final HttpMeters meters;
    private final Door door;

    Service(Journal journal, HttpMeters meters, Door door) {
        this.journal = journal;
        this.meters = meters;
        this.door = door;
    }

    /** The handler that is routed to in place of {@code handler}. */
    Handler of(String route, Handler handler) {
        return (request, response) -> serve(route, handler, request, response);
    }

    private void serve(String route, Handler handler, ServerRequest request, ServerResponse response) throws Exception {
        var exchange = Exchange.begin(request, route);
        request.path()
                .pathParameters()
                .first("channel")
                .asOptional()
                .flatMap(ChannelName::parse)
                .ifPresent(exchange::channel);
        try {
            door.pass(route);
            handler.handle(request, response);
        } catch (CloseConnectionException clientLeft) {
            exchange.cause(exchange.cause().orElse("client-left"));
            throw clientLeft;
        } catch (Exception failure) {
            refuse(exchange, request, response, failure);
        } finally {
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
        if (!request.content().consumed()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        Problems.send(response, problem);
    }
}
