package io.tailrace.presence;

/** The store cannot be asked at the moment. */
public final class PresenceUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PresenceUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
