package io.tailrace.server.gateway;

import io.tailrace.server.access.Identity;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.http.Journal;
import java.util.concurrent.atomic.AtomicBoolean;

/** The time that a stream spends on its node: what it is entered in, and what it gives back at its end. */
final class Stay {

    private final GatewayParts parts;
    private final StreamRegistry registry;
    private final Journal journal;
    private final LiveStream stream;
    private final String trace;
    private final AtomicBoolean over = new AtomicBoolean();

    Stay(GatewayParts parts, StreamRegistry registry, Journal journal, LiveStream stream, Exchange exchange) {
        this.parts = parts;
        this.registry = registry;
        this.journal = journal;
        this.stream = stream;
        this.trace = exchange.trace();
    }

    /** The stream is here; its place is taken already. */
    void begin() {
        parts.meters().opened();
        registry.enter(stream);
        line("stream.open").write();
    }

    /** It has ended: gives its place and its channels back. The first call counts; any thread. */
    void end(EndCause cause) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        stream.end();
        registry.leave(stream);
        stream.session().close();
        registry.givePlace();
        parts.meters().ended(cause);
        line("stream.end").cause(cause.label()).write();
    }

    private Journal.Line line(String what) {
        Identity identity = stream.session().identity();
        var follows = stream.session().progress().follows();
        return journal.line(what)
                .user(identity.tenant(), identity.user())
                .trace(trace)
                .with("channels", follows.size())
                .channel(follows.size() == 1 ? follows.getFirst().name() : null);
    }
}
