package io.tailrace.server.gateway;

/** The request is good, but cannot be served now: worth another try soon. */
final class PutOff extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PutOff(String why) {
        super(why, null, false, false);
    }
}
