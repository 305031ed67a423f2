package io.tailrace.server.signal;

import java.util.OptionalLong;

/** The member list of a channel as frames tell it. Any thread. */
public interface MemberList {

    /**
     * The list.
     *
     * @param number the last change that it includes
     * @param notice the frame
     */
    record Told(long number, Notice notice) {}

    /**
     * What a list says, in a number: the same on every node, and another one, nearly always, for another list or channel.
     *
     * @param number the last change that it includes
     * @param value from 1 to {@link #MOST_DIGEST}; {@link #NOBODY}: nobody is here
     */
    record Digest(long number, int value) {}

    /** The digest of a list on which nobody is: what everybody knows who was told nothing. */
    int NOBODY = 0;

    /** The largest digest. */
    int MOST_DIGEST = 0xfffffe;

    /** The digest of what was reported so far. */
    Digest digest();

    /** What was reported so far, as a whole. */
    Told list();

    /** The last change, after which nobody is here; empty: somebody is. */
    OptionalLong nobodySince();
}
