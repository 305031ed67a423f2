package io.tailrace.server.limit;

/**
 * What one may do per second; 0: as much as it likes. What is written counts on all nodes together, the rest on each.
 *
 * @param userWrites events of a user
 * @param tenantWrites events of a tenant
 * @param userSignals signals and receipts of a user
 * @param userPresence heartbeats of a user, of all its devices
 * @param addressOpenings streams, polls and cursor sockets that are opened from an address, or a /64 of IPv6
 */
public record LimitOptions(int userWrites, int tenantWrites, int userSignals, int userPresence, int addressOpenings) {

    /** Nothing is limited. */
    public static final LimitOptions NONE = new LimitOptions(0, 0, 0, 0, 0);
}
