package io.tailrace.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What became of a write. */
public sealed interface Outcome {

    /**
     * It is in the log, and stays.
     *
     * @param event as it stands there
     */
    record Committed(Event event) implements Outcome {}

    /** It was passed on to whoever listened; the channel is ephemeral and keeps nothing. */
    record PassedOn() implements Outcome {}

    /**
     * Nothing was written: the latest event of the key is not the one that was asked for.
     *
     * @param current the latest event of the key; null: there is none
     */
    record Conflict(@Nullable Event current) implements Outcome {}

    /**
     * Nothing was written, and trying again does not help.
     *
     * @param problem why
     */
    record Refused(Problem problem) implements Outcome {}

    /**
     * It waited for longer than the server remembers keys (a week, unless it is configured otherwise), so that it cannot
     * tell whether it was written already. Write it anew, under a new key, when it still makes sense.
     *
     * @param problem as the server put it
     */
    record Expired(Problem problem) implements Outcome {}

    /**
     * It was never sent: the queue could not keep it, or was cleared.
     *
     * @param why such as {@link io.tailrace.client.queue.QueueFullException}
     */
    record Unkept(IOException why) implements Outcome {}
}
