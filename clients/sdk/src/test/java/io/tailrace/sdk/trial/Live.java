package io.tailrace.sdk.trial;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

/**
 * A server that runs.
 *
 * @param address of the server itself
 * @param tomorrow the same server as a later version would answer, see {@link Tomorrow}
 * @param token of the user {@value #USER}, which allows everything
 */
public record Live(URI address, URI tomorrow, String token) {

    public static final String USER = "ada";

    /** A channel that nobody else uses. */
    public String channel(String namespace) {
        return namespace + ":" + UUID.randomUUID();
    }

    /** What programs of other languages are told. */
    Map<String, String> environment() {
        return Map.of(
                "TAILRACE_URL", address.toString(),
                "TAILRACE_TOMORROW_URL", tomorrow.toString(),
                "TAILRACE_TOKEN", token);
    }
}
