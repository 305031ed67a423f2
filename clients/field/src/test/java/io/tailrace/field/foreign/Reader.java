package io.tailrace.field.foreign;

import java.util.List;

/** A foreign client that reads. Close it. */
interface Reader extends AutoCloseable {

    /** The durable events that it was given so far, in that order, each as {@code seq id}. */
    List<String> seen();

    /** What else it said, for a failure's message. */
    String said();

    @Override
    void close();
}
