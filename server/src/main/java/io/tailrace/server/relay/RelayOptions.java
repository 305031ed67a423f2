package io.tailrace.server.relay;

import java.time.Duration;

/**
 * How the relay works.
 *
 * @param patience how long a mark is left to the node that wrote it, default 250 ms
 * @param forget how old a mark may get before it is dropped, for the hubs have audited since; default 1 min
 * @param poll how often the outbox is looked at while it has something, default 250 ms
 * @param idlePoll the same when it has had nothing for a while, default 1 s
 * @param candidacy how often a node that is not the relay tries to become it, default 1 s
 * @param batch marks that are taken at once, default 500
 */
public record RelayOptions(
        Duration patience, Duration forget, Duration poll, Duration idlePoll, Duration candidacy, int batch) {

    /** Everything at its default. */
    public static final RelayOptions DEFAULT = new RelayOptions(
            Duration.ofMillis(250),
            Duration.ofMinutes(1),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            500);
}
