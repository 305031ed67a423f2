package io.tailrace.server.http;

import io.tailrace.wire.ProblemType;

/** What a client can do about each problem, in a sentence or two of HTML. */
final class ProblemAdvice {

    private ProblemAdvice() {}

    static String of(ProblemType type) {
        return switch (type) {
            case ABOVE_HEAD, ANOTHER_EPOCH ->
                "The log is not the one that the position is of: it was restored from a backup. Take a snapshot, forget"
                        + " the numbers seen before, and go on from there.";
            case BELOW_FLOOR -> "The events after this position are trimmed. Take a snapshot and go on from its seq.";
            case BODY_TIMEOUT -> "The body has to arrive within a bounded time. Send it again.";
            case BODY_TOO_LARGE -> "Send less at once; the problem's member max_bytes says how much is accepted.";
            case CHANNEL_NOT_FOUND -> "Channels of this namespace are made with PUT before they are written to.";
            case CLIENT_NOT_SERVED ->
                "This version of the client is too old for the server; the member minimum says from which on it is served."
                        + " Update it: for an application in a browser, reload the page.";
            case CONTRACT_CHANGED -> "The namespace was reconfigured while the write waited. Retry with the same key.";
            case FORBIDDEN -> "Neither the token's grants nor a membership allow this, or they were taken back.";
            case HEADER_MALFORMED -> "The detail names the header and the form it has to have.";
            case IDEMPOTENCY_KEY_EXPIRED ->
                "The key says when it was made, and that is longer ago than keys are remembered: whether the write was"
                        + " applied is no longer known. Read the channel, then write with a fresh key if need be.";
            case IDEMPOTENCY_KEY_MISSING ->
                "Every write carries an <code>Idempotency-Key</code>, fresh for each write and the same for its"
                        + " retries, so that it is applied once.";
            case IDEMPOTENCY_KEY_REUSED -> "A key stands for one write. Use a fresh key for another one.";
            case INTERNAL -> "This is our fault. The server's log tells more, under the request's trace id.";
            case JSON_MALFORMED ->
                "The body must be one JSON value in UTF-8, without members that are unknown or twice there. The member"
                        + " pointer says where it is not.";
            case KEYS_UNAVAILABLE -> "The identity provider does not answer. Retry after a while.";
            case METHOD_NOT_ALLOWED -> "The header <code>Allow</code> lists what is.";
            case NOT_ACCEPTABLE ->
                "Accept <code>application/json</code>, or <code>text/event-stream</code> for streams.";
            case NOT_DURABLE -> "Nothing of an ephemeral channel is kept: it has a stream, and no history.";
            case NOT_FOUND -> "See <a href=\"/openapi.yaml\">openapi.yaml</a> for what there is.";
            case NOT_OFFERED ->
                "The contract of the channel's namespace leaves this out: presence, signals, receipts or cursors.";
            case ORIGIN_NOT_ALLOWED ->
                "Browsers may use cookies and tickets from the server's own origin and from configured ones only.";
            case OUTCOME_UNKNOWN ->
                "The connection to the database was lost while the write was committed. Retry with the same key: if it"
                        + " was committed, that tells so.";
            case OVERLOADED -> "Retry after the time that <code>Retry-After</code> says.";
            case PARAMETER_MALFORMED -> "The detail names the parameter and the form it has to have.";
            case PRECONDITION_FAILED ->
                "Somebody else was first. The problem carries the current value: decide again, and send its revision in"
                        + " <code>If-Match</code>.";
            case PRECONDITION_REQUIRED ->
                "Send the revision that the write is based on in <code>If-Match</code>; \"0\" for a new key.";
            case PRESENCE_UNAVAILABLE ->
                "Redis cannot be reached. Events go on meanwhile; say again that you are here after the time that"
                        + " <code>Retry-After</code> says.";
            case RATE_LIMITED ->
                "Ask less often: <code>RateLimit-Policy</code> says how often is well, <code>Retry-After</code> when to try again.";
            case REQUEST_MALFORMED -> "This is not acceptable HTTP/1.1. Look at what stands between client and server.";
            case SCHEMA_VIOLATED -> "The member pointer says where the data does not fit.";
            case SNAPSHOT_NOT_YET -> "Retry in a moment, or ask for an older one.";
            case STREAM_NOT_FOUND ->
                "The stream has ended or reconnected elsewhere; its <code>open</code> frame names it.";
            case TICKET_EXPIRED -> "Get a new ticket, or extend one before it expires.";
            case UNAUTHENTICATED ->
                "Send a token in <code>Authorization: Bearer</code>; the detail says what is wrong with the one sent.";
            case UNAVAILABLE -> "Nothing was written. Retry with the same key.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send <code>Content-Type: application/json</code>.";
            case UPSTREAM_NODE_UNREACHABLE -> "Retry, or change the stream by reconnecting it.";
            case VALUE_UNACCEPTABLE -> "The detail says which value, and why.";
            case WEBSOCKET_REQUIRED ->
                "Ask for it with <code>Upgrade: websocket</code>, version 13, over HTTP/1.1; where a network does not let"
                        + " WebSockets through, signal the cursor.";
        };
    }
}
