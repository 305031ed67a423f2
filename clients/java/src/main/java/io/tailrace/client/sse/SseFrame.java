package io.tailrace.client.sse;

/**
 * One dispatched event of a stream.
 *
 * @param event its name; {@code message} where the stream names none
 * @param data what it carries, lines joined by {@code \n}; may be empty
 * @param id the last event id as of this frame, which an earlier frame may have set; empty: none so far
 */
public record SseFrame(String event, String data, String id) {}
