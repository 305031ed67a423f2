package io.tailrace.log;

import io.tailrace.wire.Event;

/**
 * An event as it stands in the log.
 *
 * @param event what readers get
 * @param accessEpoch the tenant's access epoch when it was appended
 */
public record LogEntry(Event event, long accessEpoch) {}
