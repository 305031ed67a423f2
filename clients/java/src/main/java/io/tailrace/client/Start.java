package io.tailrace.client;

/** Where a subscription begins. */
public sealed interface Start {

    /** With what is written from now on. */
    record Now() implements Start {}

    /**
     * Behind an event.
     *
     * @param epoch of the log in which {@code seq} was given, from 1
     * @param seq of the last event already known; 0: none
     */
    record After(int epoch, long seq) implements Start {}

    /** With the channel's state, told as a {@link Snapshot}, and what comes after it. */
    record State() implements Start {}

    /** With what is written from now on. */
    static Start now() {
        return new Now();
    }

    /** With the first event there ever was; where it is no longer kept, or too long ago, with a snapshot. */
    static Start beginning() {
        return new After(1, 0);
    }

    /** With the channel's state, told as a {@link Snapshot}, and what comes after it. */
    static Start state() {
        return new State();
    }

    /**
     * Behind an event of a log that was never restored from a backup; where it was, prefer {@link #at}.
     *
     * @param seq of the last event already known, at least 0
     */
    static Start after(long seq) {
        if (seq < 0) {
            throw new IllegalArgumentException("a seq is at least 0");
        }
        return new After(1, seq);
    }

    /**
     * Where an earlier subscription to the same channel stood.
     *
     * @param position as {@link Subscription#position} or {@link Snapshot#position} gave it
     * @throws IllegalArgumentException when neither did
     */
    static Start at(String position) {
        var match = Positions.FORM.matcher(position);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a position of a channel: " + position);
        }
        return new After(match.group(1) == null ? 1 : Integer.parseInt(match.group(1)), Long.parseLong(match.group(2)));
    }
}
