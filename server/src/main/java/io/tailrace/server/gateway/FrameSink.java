package io.tailrace.server.gateway;

import org.jspecify.annotations.Nullable;

/** Takes frames in the order in which the client gets them. */
interface FrameSink {

    /**
     * @param event the frame's name; null: a durable event
     * @param id the position after it; null: the one before stays
     * @param json its data: UTF-8 without line breaks, not changed and not kept
     */
    void frame(@Nullable String event, @Nullable String id, byte[] json);

    /** Bytes taken so far. */
    int size();
}
