package io.tailrace.client;

/**
 * What is known of whether streams get through: one in a row of those that stay mute, or come in a burst and end, may be an
 * accident, three are the network. Used on the loop.
 */
final class Passage {

    /** Streams in a row that did not get through as they were sent, after which none is asked for. */
    static final int ENOUGH = 3;

    private int mutes;
    private int bursts;

    /** Whether it is not worth trying. */
    boolean isBlocked() {
        return mutes >= ENOUGH || bursts >= ENOUGH;
    }

    /** Nothing came of a stream, or nothing more. */
    void mute() {
        mutes++;
    }

    /** A stream came late, and was over at once; a cut in bad weather looks alike, so these count by themselves. */
    void burst() {
        bursts++;
    }

    /** A stream ended as streams do. */
    void ended() {
        bursts = 0;
    }

    /** Frames come through as they are sent; or it is another network. */
    void clear() {
        mutes = 0;
        bursts = 0;
    }
}
