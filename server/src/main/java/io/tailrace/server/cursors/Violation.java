package io.tailrace.server.cursors;

/** What a client did that ends its socket. */
final class Violation extends Exception {

    private static final long serialVersionUID = 1L;

    private final CloseCode code;

    Violation(CloseCode code) {
        super(code.label(), null, false, false);
        this.code = code;
    }

    CloseCode code() {
        return code;
    }
}
