package io.tailrace.client.queue;

import java.io.IOException;

/** The queue holds as much as it may; the write was not taken. */
public final class QueueFullException extends IOException {

    private static final long serialVersionUID = 1L;

    /** For what does not fit. @param bound what was reached, in words */
    public QueueFullException(String bound) {
        super("the queue is full: " + bound);
    }
}
