package io.tailrace.field.network;

import java.time.Duration;

/**
 * What a line is like.
 *
 * @param title for tables
 * @param downBits bits per second towards the client, all connections together; 0: as many as there are
 * @param upBits the same towards the server
 * @param delay each way
 * @param jitter what is added to it at most
 * @param stallChance that a {@link Pacer#BLOCK block} holds everything up, as a lost packet does
 * @param stall for how long
 */
public record Profile(
        String title, long downBits, long upBits, Duration delay, Duration jitter, double stallChance, Duration stall) {

    /** Nothing in the way. */
    public static final Profile PLAIN = new Profile("plain", 0, 0, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);

    /** GPRS at the edge of a cell: some nine events a second, and packets that come seconds later. */
    public static final Profile RURAL_2G = new Profile(
            "2G rural", 20_000, 18_000, Duration.ofMillis(650), Duration.ofMillis(100), 0.02, Duration.ofSeconds(2));

    /** EDGE as tools for web performance simulate it: 840 ms there and back. */
    public static final Profile EDGE = new Profile(
            "Edge", 240_000, 200_000, Duration.ofMillis(420), Duration.ofMillis(60), 0.005, Duration.ofSeconds(1));

    /** 3G by the same tools: 300 ms there and back. */
    public static final Profile THREE_G = new Profile(
            "3G", 1_600_000, 768_000, Duration.ofMillis(150), Duration.ofMillis(20), 0.001, Duration.ofMillis(500));

    /** Fast and near, and every thirtieth packet comes a retransmission later. */
    public static final Profile LOSSY_WIFI = new Profile(
            "lossy Wi-Fi",
            20_000_000,
            20_000_000,
            Duration.ofMillis(5),
            Duration.ofMillis(15),
            0.03,
            Duration.ofMillis(250));
}
