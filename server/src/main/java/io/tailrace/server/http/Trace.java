package io.tailrace.server.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** The inbound half of W3C Trace Context (level 1, section 3.2). */
final class Trace {

    private static final Pattern PARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");
    private static final int MAX_LENGTH = 256;

    private Trace() {}

    /** The trace id of a {@code traceparent} header: 32 hex digits; empty when it is malformed, as the standard says. */
    static Optional<String> id(String traceparent) {
        if (traceparent.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        var match = PARENT.matcher(traceparent);
        return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
    }
}
