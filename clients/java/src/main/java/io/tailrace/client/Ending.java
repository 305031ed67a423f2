package io.tailrace.client;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** How a stream, or a poll, came to its end. */
sealed interface Ending {

    /**
     * The connection broke, or there never was one, or it was no stream.
     *
     * @param why null: the server ended it, or a proxy
     */
    record Cut(@Nullable Exception why) implements Ending {

        /** Whether it broke after there was one. */
        boolean connected() {
            return !(why instanceof ConnectException
                    || why instanceof NoRouteToHostException
                    || why instanceof UnknownHostException
                    || why instanceof SocketTimeoutException);
        }
    }

    /** Refused with a problem. */
    record Refused(Problem problem) implements Ending {}

    /** 204: nothing more will come, ever. */
    record Stop() implements Ending {}

    /** Open, or not even that, and nothing came for too long. */
    record Mute() implements Ending {}

    /** Whether somebody took the request, and it came to nothing that would come of the next one as well. */
    default boolean isWithoutAnswer() {
        return this instanceof Cut cut && cut.connected()
                || this instanceof Refused refused && refused.problem().passing();
    }
}
