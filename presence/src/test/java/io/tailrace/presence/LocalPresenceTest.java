package io.tailrace.presence;

import java.time.Instant;

class LocalPresenceTest extends PresenceContract {

    private final LocalPresence presence = new LocalPresence(OPTIONS, () -> Instant.ofEpochMilli(now.get()));

    @Override
    protected Presence presence() {
        return presence;
    }
}
