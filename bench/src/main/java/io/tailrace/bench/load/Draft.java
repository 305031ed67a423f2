package io.tailrace.bench.load;

/**
 * An event to be published.
 *
 * @param channel number of its channel
 * @param seq its number there, for servers that give none; from 1
 * @param time when it was due, of {@link System#nanoTime}
 */
public record Draft(int channel, long seq, long time) {}
