package io.tailrace.bench.servers;

import io.tailrace.bench.load.Draft;

/** An event as servers other than ours are given it: as long as ours is when it is delivered, with the same members. */
final class EventText {

    /** What {@code data} is filled up with, everywhere. */
    static final String PAD = "a card that was moved from one column to another";

    private EventText() {}

    /** {@code data} of the event. */
    static String data(Draft draft, String pad) {
        return "{\"t\":" + draft.time() + ",\"pad\":\"" + pad + "\"}";
    }

    static String of(String channel, Draft draft) {
        return "{\"channel\":\"" + channel + "\",\"seq\":" + draft.seq() + ",\"type\":\"tick\",\"data\":"
                + data(draft, PAD)
                + ",\"by\":\"bench\",\"at\":\"2026-11-23T08:00:00.123Z\""
                + ",\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}";
    }
}
