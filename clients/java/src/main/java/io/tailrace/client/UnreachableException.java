package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** No server answered, or something did that is none; whether it did what was asked is not known. */
public final class UnreachableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
