package io.tailrace.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What came is not what a server of ours says: another server, or a proxy or a portal that speaks in its place. */
final class MalformedException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
