package io.tailrace.client;

import io.tailrace.client.queue.QueuedWrite;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A write that was made. Safe for any thread. */
public final class Write {

    private final QueuedWrite queued;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Boolean> kept = new CompletableFuture<>();
    private int faults;

    Write(QueuedWrite queued) {
        this.queued = queued;
    }

    /** Stands for this write for ever; a UUIDv7. */
    public String idempotencyKey() {
        return queued.idempotencyKey();
    }

    /** The mark by which its event is known. */
    public String ref() {
        return queued.ref();
    }

    /** Where it goes. */
    public String channel() {
        return queued.channel();
    }

    /** Of its event. */
    public String type() {
        return queued.type();
    }

    /** Of the item; null: none. */
    public @Nullable String key() {
        return queued.key();
    }

    /** Of its event, one JSON value. */
    public String data() {
        return queued.data();
    }

    /**
     * Whether the queue has it, so that it survives the end of the process: true once it does, false when it could not.
     * Completed on the executor of {@link TailraceBuilder#callbacks}.
     */
    public CompletableFuture<Boolean> kept() {
        return kept.thenApply(kept -> kept);
    }

    /**
     * What becomes of it; never fails. While there is no network it stays open, over restarts of the process too, see
     * {@link Tailrace#onOutcome}. Completed on the executor of {@link TailraceBuilder#callbacks}.
     */
    public CompletableFuture<Outcome> outcome() {
        return outcome.thenApply(how -> how);
    }

    QueuedWrite queued() {
        return queued;
    }

    void complete(Outcome how) {
        kept.complete(!(how instanceof Outcome.Unkept));
        outcome.complete(how);
    }

    void isKept() {
        kept.complete(true);
    }

    /** Counts a fault of the server. On the loop. */
    int fault() {
        return ++faults;
    }

    @Override
    public String toString() {
        return queued.type() + " to " + queued.channel() + " (" + queued.idempotencyKey() + ")";
    }
}
