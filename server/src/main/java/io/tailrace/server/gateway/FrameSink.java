package io.tailrace.server.gateway;

import io.tailrace.server.hub.Frame;
import org.jspecify.annotations.Nullable;

/** Takes frames in the order in which the client gets them. */
interface FrameSink {

    /**
     * A frame that is no durable event.
     *
     * @param event its name
     * @param id the position after it; null: the one before stays
     * @param json its data: UTF-8 without line breaks, not changed and not kept
     */
    void frame(String event, @Nullable String id, byte[] json);

    /** A durable event. @param id the position after it; null: the one before stays */
    void event(Frame frame, @Nullable String id);

    /** A durable event whose number is the position after it. */
    void event(Frame frame);

    /** Bytes taken so far. */
    int size();
}
