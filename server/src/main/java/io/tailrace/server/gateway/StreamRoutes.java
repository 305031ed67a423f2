package io.tailrace.server.gateway;

import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.catchup.AcceptEncoding;
import io.tailrace.catchup.Packing;
import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientConnection;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.http.Journal;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** {@code /v1/stream} and {@code /v1/streams}. */
final class StreamRoutes implements HttpService {

    private static final MediaType EVENT_STREAM = MediaTypes.create("text/event-stream");
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header NEVER_CHANGE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store, no-transform");
    private static final Header UNBUFFERED = HeaderValues.createCached("X-Accel-Buffering", "no");
    private static final Header GZIP = HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");
    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");
    private static final int MAX_CHANGE_BYTES = 256 * 1024;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final Duration SPREAD = Duration.ofSeconds(4);

    private final GatewayParts parts;
    private final StreamRegistry registry;
    private final Reach reach;
    private final Journal journal;
    private final Limits limits;
    private final SocketLoop loop;
    private final Admission admission;

    /** Streams that may still be compressed. */
    private final Semaphore compressed;

    StreamRoutes(
            GatewayParts parts, StreamRegistry registry, Reach reach, Journal journal, Limits limits, SocketLoop loop) {
        this.parts = parts;
        this.registry = registry;
        this.reach = reach;
        this.journal = journal;
        this.limits = limits;
        this.loop = loop;
        this.compressed = new Semaphore(parts.options().compressed());
        parts.meters().compressed(() -> parts.options().compressed() - compressed.availablePermits());
        this.admission = new Admission(parts.options().openRate(), parts.pace().nanos());
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/stream", this::stream)
                .get("/v1/streams/{stream}", (request, response) -> control(request, response, Reach.Verb.SHOW, null))
                .patch("/v1/streams/{stream}", this::change)
                .put(
                        "/v1/streams/{stream}/token",
                        (request, response) -> control(request, response, Reach.Verb.RENEW, null));
    }

    private void stream(ServerRequest request, ServerResponse response) {
        boolean poll = Delivery.text(request.query(), "wait").isPresent();
        try {
            limits.opening(request, response);
        } catch (Refusal tooOften) {
            refuse(response, tooOften, poll);
            return;
        }
        var wait = admission.enter();
        if (!wait.isZero() && !poll) {
            putOff(response, wait);
            return;
        }
        try {
            if (!wait.isZero()) {
                throw new Refusal(Problem.of(ProblemType.OVERLOADED).retryAfter(wait));
            }
            serve(request, response, attached(request));
        } catch (NotServed old) {
            admission.giveBack();
            dismiss(request, response, old, poll);
        } catch (Refusal refusal) {
            if (wait.isZero()) {
                admission.giveBack(); // garbage and strangers keep nobody waiting
            }
            refuse(response, refusal, poll);
        } catch (PutOff | LogUnavailable later) {
            if (poll) {
                throw new Refusal(Problem.of(ProblemType.UNAVAILABLE).retryAfter(spread(SOON)));
            }
            putOff(response, SOON);
        }
    }

    /** What a browser's EventSource can do something about stays an error; what will pass is said kindly. */
    private void refuse(ServerResponse response, Refusal refusal, boolean poll) {
        int status = refusal.problem().status();
        if (!poll && (status == 503 || status == 429)) {
            putOff(response, SOON);
        } else if (!poll && refusal.problem().cause() == ProblemType.TICKET_EXPIRED) {
            response.status(Status.NO_CONTENT_204).header(NO_STORE).send();
        } else {
            throw refusal;
        }
    }

    /** Who asks is too old to be served. */
    private static final class NotServed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient StreamRequest asked;
        private final transient OldestClients.TooOld client;

        NotServed(StreamRequest asked, OldestClients.TooOld client) {
            super("too old", null, false, false);
            this.asked = asked;
            this.client = client;
        }
    }

    /** Told once why, as a client can read it; an EventSource that comes back does so for ever, unless it is told 204. */
    private void dismiss(ServerRequest request, ServerResponse response, NotServed old, boolean poll) {
        var client = old.client;
        parts.meters().notServed(client.name());
        if (poll) {
            throw new Refusal(Problem.of(ProblemType.CLIENT_NOT_SERVED)
                    .with("client", client.name())
                    .with("minimum", client.least()));
        }
        Exchange.of(request).cause(ProblemType.CLIENT_NOT_SERVED.slug());
        if (old.asked.dismissed()) {
            response.status(Status.NO_CONTENT_204).header(NO_STORE).send();
            return;
        }
        var reason = new Payloads.End(ProblemType.CLIENT_NOT_SERVED.slug(), client.name(), client.least());
        var buffer = SseBuffer.ofStream();
        buffer.retry(spread(SOON).toMillis());
        buffer.frame("end", new Farewell(old.asked.position()).id(), JsonCodec.writeBytes(reason));
        send(response, buffer);
    }

    /** What was asked for, with its channels attached and its rights checked; it has a place. */
    private record Attached(StreamRequest asked, Opening opening) {}

    /** Does what takes time and the database, so many at once. */
    private Attached attached(ServerRequest request) {
        try {
            var asked = StreamRequest.parse(request.query(), request.headers(), parts.options());
            parts.options().oldestClients().refuses(asked.client()).ifPresent(old -> {
                throw new NotServed(asked, old);
            });
            if (!registry.takePlace()) {
                throw new Refusal(Problem.of(ProblemType.OVERLOADED).retryAfter(spread(LATER)));
            }
            try {
                return new Attached(asked, attach(request, asked));
            } catch (RuntimeException e) {
                registry.givePlace();
                throw e;
            }
        } finally {
            admission.opened();
        }
    }

    private void serve(ServerRequest request, ServerResponse response, Attached attached) {
        var asked = attached.asked;
        var opening = attached.opening;
        if (request.prologue().method() != Method.HEAD && asked.pollFor() == null) {
            stream(request, response, asked, opening); // which may go on when this request is over
            return;
        }
        try (var session = opening.session()) {
            if (request.prologue().method() == Method.HEAD) {
                head(response, asked);
            } else {
                poll(request, response, asked, opening);
            }
        } finally {
            registry.givePlace();
        }
    }

    private Opening attach(ServerRequest request, StreamRequest asked) {
        var identity = parts.access().identify(request);
        Exchange.of(request).user(identity.tenant(), identity.user());
        if (asked.channels().size() == 1) {
            Exchange.of(request).channel(asked.channels().firstKey());
        }
        if (registry.active(identity) >= parts.options().userStreams()) {
            throw new Refusal(Problem.of(ProblemType.RATE_LIMITED, "there are too many streams of this user")
                    .retryAfter(LATER));
        }
        return Opening.attach(parts, identity, asked);
    }

    private static void head(ServerResponse response, StreamRequest asked) {
        if (asked.pollFor() != null) {
            response.headers().contentType(MediaTypes.APPLICATION_JSON);
            response.header(NEVER_CHANGE);
            response.headers().add(VARY);
        } else {
            eventStream(response);
        }
        response.send();
    }

    private void poll(ServerRequest request, ServerResponse response, StreamRequest asked, Opening opening) {
        var poll = new Poll(parts, opening, Objects.requireNonNull(asked.pollFor()), asked.moment());
        registry.enter(poll);
        try {
            byte[] answer = Packing.whole(request, response, poll.run());
            parts.meters().sent(answer.length);
            response.header(NEVER_CHANGE);
            response.headers().contentType(MediaTypes.APPLICATION_JSON);
            response.send(answer);
        } catch (InterruptedException stopping) {
            throw new PutOff("stopping");
        } finally {
            registry.leave(poll);
        }
    }

    private void stream(ServerRequest request, ServerResponse response, StreamRequest asked, Opening opening) {
        eventStream(response);
        response.headers().add(VARY);
        var gzip = asked.delivery().gzip() ? gzip(request, response) : null;
        var exchange = Exchange.of(request);
        try (var out = response.outputStream()) {
            var writer = new ResponseWriter(
                    out, ClientConnection.of(request), parts.pace().nanos());
            var stream = new LiveStream(
                    parts, StreamId.random(parts.node()), asked.delivery(), opening.session(), writer, gzip);
            var stay = new Stay(parts, registry, journal, stream, exchange);
            stay.begin();
            var cause = serve(stream, opening, request, stay);
            if (cause != null) {
                stay.end(cause);
                exchange.cause(cause.label());
                if (cause == EndCause.CLIENT_LEFT || cause == EndCause.STALLED) {
                    throw new CloseConnectionException("the stream's client has gone");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What compresses the stream; null: it goes as it is, for the client does not take that, or too many are compressed. */
    private @Nullable Gzip gzip(ServerRequest request, ServerResponse response) {
        if (!AcceptEncoding.gzip(request.headers()) || !compressed.tryAcquire()) {
            return null;
        }
        response.header(GZIP);
        return new Gzip(compressed::release);
    }

    /** Serves the stream, or hands it over to where it is served from now on. @return why it ended; null: it goes on */
    private @Nullable EndCause serve(LiveStream stream, Opening opening, ServerRequest request, Stay stay) {
        var connection = ClientConnection.of(request);
        var buffer = SseBuffer.ofStream();
        try {
            stream.open(opening, buffer);
            if (connection.takeOver(new SocketDriver(stream, loop, stay::end))) {
                return null;
            }
            try (var watch = connection.onDeparture(request, stream::departed)) {
                return new BlockingDriver(stream, parts.pace()).drive(buffer);
            }
        } catch (PutOff | LogUnavailable later) {
            return EndCause.PUT_OFF;
        } catch (InterruptedException stopping) {
            return EndCause.DRAINED;
        } catch (ConnectionWriter.ConnectionGone gone) {
            return stream.writer().wasCut() ? EndCause.STALLED : EndCause.CLIENT_LEFT;
        } catch (RuntimeException | Error fault) {
            stay.end(EndCause.FAULT);
            throw fault;
        }
    }

    private static void eventStream(ServerResponse response) {
        response.status(Status.OK_200);
        response.headers().contentType(EVENT_STREAM);
        response.header(NEVER_CHANGE).header(UNBUFFERED);
    }

    /** 200, a delay, and the end: any other status would close an EventSource for good. */
    private void putOff(ServerResponse response, Duration least) {
        parts.meters().ended(EndCause.PUT_OFF);
        var buffer = SseBuffer.ofStream();
        buffer.retry(spread(least).toMillis());
        send(response, buffer);
    }

    /** When to come back: not all at once. */
    private Duration spread(Duration least) {
        return parts.pace().between(least, least.plus(SPREAD));
    }

    /** A stream that is over with this. */
    private static void send(ServerResponse response, SseBuffer buffer) {
        eventStream(response);
        try (var out = response.outputStream()) {
            var bytes = buffer.content();
            out.write(bytes.array(), bytes.position(), bytes.remaining());
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void change(ServerRequest request, ServerResponse response) {
        var identity = parts.access().identify(request);
        var change = JsonBody.read(request, Payloads.Change.class, MAX_CHANGE_BYTES);
        answer(request, response, Reach.Verb.CHANGE, identity, change);
    }

    private void control(
            ServerRequest request, ServerResponse response, Reach.Verb verb, Payloads.@Nullable Change change) {
        answer(request, response, verb, parts.access().identify(request), change);
    }

    private void answer(
            ServerRequest request,
            ServerResponse response,
            Reach.Verb verb,
            Identity identity,
            Payloads.@Nullable Change change) {
        Exchange.of(request).user(identity.tenant(), identity.user());
        var id = StreamId.parse(request.path().pathParameters().get("stream"))
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.STREAM_NOT_FOUND)));
        var json = reach.ask(verb, id, identity, change);
        response.header(NO_STORE);
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(json.text());
    }
}
