package io.tailrace.log;

import java.io.Serial;

/**
 * The database could not be asked, or did not answer in time. Whether a change was made by the call that throws it is
 * not known; each of them may be repeated.
 */
public final class LogUnavailable extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public LogUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
