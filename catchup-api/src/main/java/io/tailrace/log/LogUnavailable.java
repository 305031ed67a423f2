package io.tailrace.log;

import java.io.Serial;

/** The database could not be asked, or did not answer in time. Nothing was changed by the call that throws it. */
public final class LogUnavailable extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public LogUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
