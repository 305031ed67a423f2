package io.tailrace.client;

import java.util.List;

/**
 * A channel's state: of a keyed channel the latest event of each key, of any other its last events, ascending. What the
 * listener knew of the channel before is void; what comes after it continues from {@code seq}.
 *
 * @param channel it is of
 * @param seq as of this event
 * @param position where to go on from later, for {@link Start#at}
 * @param items the events
 */
public record Snapshot(String channel, long seq, String position, List<Event> items) {}
