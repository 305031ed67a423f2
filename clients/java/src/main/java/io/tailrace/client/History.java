package io.tailrace.client;

import java.util.List;

/**
 * A page of what happened.
 *
 * @param events ascending
 * @param head the channel's last event, as of now
 */
public record History(List<Event> events, long head) {}
