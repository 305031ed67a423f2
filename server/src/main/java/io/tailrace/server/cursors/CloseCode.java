package io.tailrace.server.cursors;

/** Why a socket ends, as its close frame says (RFC 6455, section 7.4). */
enum CloseCode {
    /** The client closed it, or left. */
    NORMAL(1000, "closed"),
    /** The node stops: connect again, to another one. */
    GOING_AWAY(1001, "going-away"),
    /** What came is no WebSocket. */
    PROTOCOL(1002, "protocol-error"),
    /** Messages are text. */
    BINARY(1003, "binary"),
    /** Text is UTF-8. */
    NOT_UTF_8(1007, "not-utf-8"),
    /** A message that is none of ours, or too many of them. */
    POLICY(1008, "bad-message"),
    TOO_BIG(1009, "too-big"),
    FAULT(1011, "fault"),
    /** The token has ended: connect again with another. */
    EXPIRED(4401, "expired"),
    /** The right is gone. */
    FORBIDDEN(4403, "forbidden"),
    /** The client took nothing of what it was sent, or said nothing, for too long. Never sent: it would not be read. */
    STALLED(4408, "stalled"),
    /** There are too many sockets of this user, or in this channel. */
    TOO_MANY(4429, "too-many");

    private final int code;
    private final String label;

    CloseCode(int code, String label) {
        this.code = code;
        this.label = label;
    }

    int code() {
        return code;
    }

    /** As the journal, metrics and the close frame say it. */
    String label() {
        return label;
    }
}
