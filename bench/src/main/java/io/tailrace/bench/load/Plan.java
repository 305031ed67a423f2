package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a fleet of readers is to do.
 *
 * @param address where the streams are: the first for all, the next for whoever was cut off, and who has come to the last
 *     stays, as a balancer sends nobody back to a node that goes
 * @param transport what carries them
 * @param request how a stream is asked for
 * @param opensByFrame whether an {@code open} frame tells that a stream is live, and from where; else its head does,
 *     and numbers start at 1
 * @param channels how many channels there are; readers are dealt out to them in turn
 * @param readers how many readers
 * @param channelsEach channels that each follows, from its own on
 * @param comesBack whether a reader that is cut off comes back; otherwise that is a fault
 * @param repeats whether events may come twice after coming back
 */
public record Plan(
        List<InetSocketAddress> address,
        Transport transport,
        Request request,
        boolean opensByFrame,
        int channels,
        int readers,
        int channelsEach,
        boolean comesBack,
        boolean repeats) {

    /** How to ask for a stream. */
    @FunctionalInterface
    public interface Request {
        /**
         * The request.
         *
         * @param channel its number
         * @param after the last event that was seen; negative: from now on
         */
        Get of(int channel, long after);
    }

    /** The same with readers that come back. */
    public Plan returning() {
        return new Plan(address, transport, request, opensByFrame, channels, readers, channelsEach, true, repeats);
    }
}
