package io.tailrace.wire;

import java.net.URI;
import java.util.Locale;

/** Every cause for which we refuse, with a status and a stable {@code type}. Each has a page at that address. */
public enum ProblemType {
    ABOVE_HEAD(410, "The position is above the channel's head"),
    ANOTHER_EPOCH(410, "The log was restored since"),
    BELOW_FLOOR(410, "The position is older than what is retained"),
    BODY_TIMEOUT(408, "The body did not arrive in time"),
    BODY_TOO_LARGE(413, "The body is larger than is accepted"),
    CHANNEL_NOT_FOUND(404, "No such channel"),
    CLIENT_NOT_SERVED(403, "This version of the client is no longer served"),
    CONTRACT_CHANGED(503, "The channel's contract changed meanwhile"),
    FORBIDDEN(403, "Not permitted"),
    HEADER_MALFORMED(400, "A header is malformed"),
    IDEMPOTENCY_KEY_EXPIRED(422, "The idempotency key is older than keys live"),
    IDEMPOTENCY_KEY_MISSING(400, "An Idempotency-Key is required"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another write"),
    INTERNAL(500, "Something is wrong with the server"),
    JSON_MALFORMED(400, "The JSON is not acceptable"),
    KEYS_UNAVAILABLE(503, "The keys that tokens are checked with cannot be reached"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "No answer of an accepted type can be given"),
    NOT_DURABLE(409, "The channel is ephemeral and keeps nothing"),
    NOT_FOUND(404, "There is nothing at this address"),
    NOT_OFFERED(409, "The channel's contract does not offer this"),
    ORIGIN_NOT_ALLOWED(403, "The origin is not allowed"),
    OUTCOME_UNKNOWN(503, "Whether the write was committed is not known; retry the same key"),
    OVERLOADED(503, "Too much is waiting already"),
    PARAMETER_MALFORMED(400, "A parameter is malformed"),
    PRECONDITION_FAILED(412, "The item has changed"),
    PRECONDITION_REQUIRED(428, "Writes to this channel need If-Match"),
    PRESENCE_UNAVAILABLE(503, "Who is here cannot be told at the moment"),
    RATE_LIMITED(429, "Too many requests"),
    REQUEST_MALFORMED(400, "The request is malformed"),
    SCHEMA_VIOLATED(422, "The data does not fit the schema of its type"),
    SNAPSHOT_NOT_YET(503, "The snapshot has not reached the asked seq yet"),
    STREAM_NOT_FOUND(404, "No such stream"),
    TICKET_EXPIRED(401, "The ticket has expired"),
    UNAUTHENTICATED(401, "A valid token is required"),
    UNAVAILABLE(503, "The database cannot be reached"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body must be application/json"),
    UPSTREAM_NODE_UNREACHABLE(503, "The node that holds the stream cannot be reached"),
    VALUE_UNACCEPTABLE(422, "A value cannot be kept"),
    WEBSOCKET_REQUIRED(426, "This is a WebSocket");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** One line for people; the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The last part of {@link #uri()}: {@code idempotency-key-missing}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The stable type, a path on the server that answers: {@code /problems/idempotency-key-missing}. */
    public URI uri() {
        return URI.create("/problems/" + slug());
    }
}
