package io.tailrace.server.gateway;

import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Grant;
import io.tailrace.server.access.Identity;
import io.tailrace.server.bus.Bus;
import io.tailrace.wire.Actor;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reaches a live stream wherever it is: here, or over the bus at the node that its id names. The asking node has checked
 * the credentials; what goes over the bus is who asks, and the holder compares it with whom the stream belongs to.
 */
final class Reach {

    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String node;
    private final StreamControl control;
    private final Bus bus;

    Reach(String node, StreamControl control, Bus bus) {
        this.node = node;
        this.control = control;
        this.bus = bus;
    }

    /** What is asked of a stream. */
    enum Verb {
        SHOW,
        CHANGE,
        RENEW
    }

    /** An identity as it goes over the bus; times in Unix milliseconds. */
    record Asker(
            String tenant,
            String user,
            @Nullable String tokenId,
            @Nullable String device,
            long issuedAt,
            List<Grant> grants,
            long expiresAt,
            Identity.Credential by) {

        static Asker of(Identity identity) {
            Actor actor = identity.actor();
            return new Asker(
                    actor.tenant(),
                    actor.user(),
                    actor.tokenId(),
                    actor.device(),
                    actor.issuedAt().toEpochMilli(),
                    identity.grants(),
                    identity.expiresAt().toEpochMilli(),
                    identity.by());
        }

        Identity identity() {
            return new Identity(
                    new Actor(tenant, user, tokenId, device, Instant.ofEpochMilli(issuedAt)),
                    grants,
                    Instant.ofEpochMilli(expiresAt),
                    by);
        }
    }

    record Request(Verb verb, String stream, Asker asker, Payloads.@Nullable Change change) {}

    /**
     * Either an answer or a refusal.
     *
     * @param answer JSON {@code null} when it was refused
     * @param refused why; null: it was not
     */
    record Reply(
            Json answer,
            @Nullable ProblemType refused,
            @Nullable String detail) {

        static Reply refusal(ProblemType type, @Nullable String detail) {
            return new Reply(Json.NULL, type, detail);
        }
    }

    /** Serves the streams of this node to others, until closed. */
    Bus.Subscription serve() {
        return bus.serve(node, request -> JsonCodec.writeBytes(local(JsonCodec.read(request, Request.class))));
    }

    /**
     * Asks it of the stream.
     *
     * @return the answer's JSON
     * @throws Refusal 404 when there is no such stream of this principal, 503 when its node cannot be reached
     */
    Json ask(Verb verb, StreamId id, Identity identity, Payloads.@Nullable Change change) {
        var request = new Request(verb, id.toString(), Asker.of(identity), change);
        var reply = id.node().equals(node) ? local(request) : remote(id.node(), request);
        var type = reply.refused();
        if (type == null) {
            return reply.answer();
        }
        var problem = reply.detail() == null ? Problem.of(type) : Problem.of(type, reply.detail());
        throw new Refusal(type.status() == 503 ? problem.retryAfter(RETRY) : problem);
    }

    private Reply remote(String holder, Request request) {
        return bus.ask(holder, JsonCodec.writeBytes(request), PATIENCE)
                .map(answer -> JsonCodec.read(answer, Reply.class))
                .orElseGet(() -> Reply.refusal(
                        ProblemType.UPSTREAM_NODE_UNREACHABLE,
                        bus.up()
                                ? "the stream's node does not answer; if it is gone, the stream reconnects elsewhere"
                                : "the bus between nodes is away; ask again, or reconnect with other channels"));
    }

    private Reply local(Request request) {
        try {
            return new Reply(new Json(JsonCodec.write(answer(request))), null, null);
        } catch (Refusal refusal) {
            return Reply.refusal(refusal.problem().cause(), refusal.problem().detail());
        } catch (LogUnavailable | PutOff away) {
            return Reply.refusal(ProblemType.UNAVAILABLE, null);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Reply.refusal(ProblemType.UNAVAILABLE, null);
        }
    }

    private Object answer(Request request) throws InterruptedException {
        var id = StreamId.parse(request.stream())
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.STREAM_NOT_FOUND)));
        var asker = request.asker();
        return switch (request.verb()) {
            case SHOW -> control.show(id, asker.tenant(), asker.user());
            case RENEW -> control.renew(id, asker.identity());
            case CHANGE ->
                control.change(
                        id,
                        asker.tenant(),
                        asker.user(),
                        request.change() == null ? new Payloads.Change(null, null) : request.change());
        };
    }
}
