package io.tailrace.server.cursors;

import java.util.function.IntSupplier;

/** What cursors count. Called from any thread: must be quick. */
public interface CursorMeters {

    /** Counts nothing. */
    CursorMeters NONE = new CursorMeters() {};

    /** Called once: how many sockets are open. Alert near what a node can hold. */
    default void active(IntSupplier sockets) {}

    /** A socket ended, for this reason. Alert on {@code stalled} and {@code bad-message} beyond a few in a hundred. */
    default void ended(String reason) {}

    /** A position came in; merged: it replaced one that had not gone out yet. */
    default void moved(boolean merged) {}

    /** A frame with so many cursors was handed to a client. */
    default void sent(int cursors) {}

    /** A message went to other nodes. */
    default void published() {}
}
