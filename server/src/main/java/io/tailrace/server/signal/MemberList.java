package io.tailrace.server.signal;

/** The member list of a channel as frames tell it. Any thread. */
public interface MemberList {

    /**
     * The list.
     *
     * @param number the last change that it includes
     * @param empty whether nobody is here
     * @param notice the frame
     */
    record Told(long number, boolean empty, Notice notice) {}

    /** What was reported so far, as a whole. */
    Told list();
}
