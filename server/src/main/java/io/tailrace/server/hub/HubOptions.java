package io.tailrace.server.hub;

import java.time.Duration;

/**
 * How hubs behave.
 *
 * @param ringBytes bytes of recent frames that one hub keeps, default 256 KiB; at least {@value Ring#MIN_FRAMES} frames
 *     stay whatever they weigh
 * @param heldBackBytes bytes of frames that wait in one hub for an earlier one, default 256 KiB
 * @param heldBackFrames the same as a count, default 1,024
 * @param straggler how long a gap waits for the frame that is on its way before the log is read, default 30 ms
 * @param confirmation how long a new hub waits for its subscription before it reads the head without, default 250 ms
 * @param audit how often a hub compares itself with the log, default 5 s, spread by a quarter
 * @param auditUnheard the same while its subscription is not confirmed, and after a read that failed, default 500 ms
 * @param linger how long a hub without readers lives on, default 30 s
 * @param reads reads of the log that run at once for gaps, and as many again for replay, default 4
 * @param pageBytes bytes of replayed pages that a node keeps, default 32 MiB
 */
public record HubOptions(
        int ringBytes,
        int heldBackBytes,
        int heldBackFrames,
        Duration straggler,
        Duration confirmation,
        Duration audit,
        Duration auditUnheard,
        Duration linger,
        int reads,
        int pageBytes) {

    /** Everything at its default. */
    public static final HubOptions DEFAULT = new HubOptions(
            256 * 1024,
            256 * 1024,
            1_024,
            Duration.ofMillis(30),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            4,
            32 * 1024 * 1024);
}
