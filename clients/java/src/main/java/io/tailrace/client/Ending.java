package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** How a stream, or a poll, came to its end. */
sealed interface Ending {

    /**
     * The connection broke, or there never was one, or it was no stream.
     *
     * @param why null: the server ended it, or a proxy
     */
    record Cut(@Nullable Exception why) implements Ending {}

    /** Refused with a problem. */
    record Refused(Problem problem) implements Ending {}

    /** 204: nothing more will come, ever. */
    record Stop() implements Ending {}

    /** Open, or not even that, and nothing came for too long. */
    record Mute() implements Ending {}
}
