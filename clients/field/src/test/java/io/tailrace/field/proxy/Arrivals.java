package io.tailrace.field.proxy;

import java.util.List;
import java.util.OptionalLong;

/**
 * The events that a client was given, in the order in which it was.
 *
 * @param events each with its time
 */
record Arrivals(List<Arrival> events) {

    /**
     * An event.
     *
     * @param seq of the event
     * @param at milliseconds since 1970
     */
    record Arrival(long seq, long at) {}

    Arrivals {
        events = List.copyOf(events);
    }

    /** When the event first came; empty while it has not. */
    OptionalLong at(long seq) {
        return events.stream()
                .filter(event -> event.seq == seq)
                .mapToLong(Arrival::at)
                .findFirst();
    }

    boolean has(long seq) {
        return at(seq).isPresent();
    }

    List<Long> seqs() {
        return events.stream().map(Arrival::seq).toList();
    }

    /** How many of the events up to {@code last} never came. */
    long lost(long last) {
        return last
                - events.stream()
                        .mapToLong(Arrival::seq)
                        .filter(seq -> seq >= 1 && seq <= last)
                        .distinct()
                        .count();
    }
}
