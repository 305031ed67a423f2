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

    /** What was reported so far, as a whole. */
    Told list();

    /** The last change, after which nobody is here; empty: somebody is. */
    OptionalLong nobodySince();
}
