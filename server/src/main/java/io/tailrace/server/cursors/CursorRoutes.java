package io.tailrace.server.cursors;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Contracts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientConnection;
import io.tailrace.server.http.Duplex;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.http.Journal;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;

/** {@code GET /v1/channels/{channel}/cursors}: the WebSocket. What is refused is refused before it is one. */
public final class CursorRoutes implements HttpService {

    private static final System.Logger LOG = System.getLogger(CursorRoutes.class.getName());

    private final Cursors cursors;
    private final Access access;
    private final Contracts contracts;
    private final Journal journal;
    private final CursorMeters meters;
    private final Limits limits;

    public CursorRoutes(
            Cursors cursors, Access access, Contracts contracts, Journal journal, CursorMeters meters, Limits limits) {
        this.cursors = cursors;
        this.access = access;
        this.contracts = contracts;
        this.journal = journal;
        this.meters = meters;
        this.limits = limits;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/channels/{channel}/cursors", this::open);
    }

    private void open(ServerRequest request, ServerResponse response) {
        limits.opening(request, response);
        Identity identity = access.identify(request);
        Exchange.of(request).user(identity.tenant(), identity.user());
        var name = ChannelName.ofPath(request.path().pathParameters().get("channel"));
        if (!contracts.of(identity.tenant(), name.namespace()).contract().cursors()) {
            throw new Refusal(Problem.of(ProblemType.NOT_OFFERED));
        }
        var channel = identity.channel(name);
        var key = Handshake.require(request, response);
        cursors.admit(identity, channel);
        access.require(identity, name, Capability.CURSORS);
        var connection = ClientConnection.of(request)
                .upgrade()
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.WEBSOCKET_REQUIRED)));
        response.status(Status.create(101));
        line("cursors.open", request, identity, name).write();
        var cause = serve(identity, name, connection, key);
        meters.ended(cause.label());
        Exchange.of(request).cause(cause.label());
        line("cursors.end", request, identity, name).cause(cause.label()).write();
    }

    /** From here on it is no HTTP: nobody else would tell of a failure. */
    private CloseCode serve(Identity identity, ChannelName name, Duplex connection, String key) {
        try {
            connection.write(Handshake.accepted(key));
            return cursors.serve(identity, identity.channel(name), connection);
        } catch (IOException gone) {
            return CloseCode.NORMAL;
        } catch (RuntimeException fault) {
            LOG.log(System.Logger.Level.ERROR, "a cursor socket failed", fault);
            return CloseCode.FAULT;
        } finally {
            connection.abort();
        }
    }

    private Journal.Line line(String what, ServerRequest request, Identity identity, ChannelName channel) {
        return journal.line(what)
                .user(identity.tenant(), identity.user())
                .trace(Exchange.of(request).trace())
                .channel(channel);
    }
}
