package io.tailrace.server.write;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes to one channel that travel together, in order: one request's, or the part of a batch that goes there.
 *
 * <p>Protocol: a run is {@code WAITING} until either its lane takes it or its author gives it up; whoever moves the
 * state first decides. A taken run always ends by {@link #decided}; one given up is never sent.
 */
final class Run {

    /** Writes in one run at most, so that a run always fits an append, if need be alone. */
    static final int MAX_WRITES = 500;

    /** What a write costs to keep waiting, beside its texts. */
    private static final int OVERHEAD = 512;

    /** Longer than the log ever takes to decide: only a fault of ours is met by it. */
    private static final Duration DECISION = Duration.ofMinutes(2);

    private enum State {
        WAITING,
        TAKEN,
        GIVEN_UP
    }

    /** What became of a run. */
    sealed interface Outcome {

        /** An outcome for each write, in order. */
        record Decided(List<AppendOutcome> outcomes) implements Outcome {}

        /** Not sent: the lane was full, or the wait too long. Nothing was written. */
        record Overloaded() implements Outcome {}
    }

    private final List<Append> writes;
    private final long weight;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** @param writes 1 to {@value #MAX_WRITES}, all to one channel */
    Run(List<Append> writes) {
        if (writes.isEmpty() || writes.size() > Math.min(MAX_WRITES, EventLog.MAX_BATCH)) {
            throw new IllegalArgumentException("a run has 1 to " + MAX_WRITES + " writes");
        }
        this.writes = List.copyOf(writes);
        this.weight = this.writes.stream().mapToLong(Run::weight).sum();
    }

    List<Append> writes() {
        return writes;
    }

    String tenant() {
        return writes.getFirst().channel().tenant();
    }

    /** About the bytes that it holds. */
    long weight() {
        return weight;
    }

    static long weight(Append write) {
        String key = write.draft().key();
        return OVERHEAD
                + (key == null ? 0 : key.length())
                + write.draft().data().text().length();
    }

    /** Called by the lane: whether the run is still wanted, and from now on the lane's to decide. */
    boolean take() {
        return state.compareAndSet(State.WAITING, State.TAKEN);
    }

    boolean givenUp() {
        return state.get() == State.GIVEN_UP;
    }

    void decided(List<AppendOutcome> outcomes) {
        outcome.complete(new Outcome.Decided(outcomes));
    }

    /** Called by the lane when it cannot tell; changes nothing when it already has. */
    void undecided() {
        outcome.complete(unknown());
    }

    /** Called by the lane for a run that it will not take. */
    void overloaded() {
        if (state.compareAndSet(State.WAITING, State.GIVEN_UP)) {
            outcome.complete(new Outcome.Overloaded());
        }
    }

    /** Waits for the outcome; gives the run up when it is not taken within {@code patience}. */
    Outcome await(Duration patience) {
        try {
            return outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLong) {
            return state.compareAndSet(State.WAITING, State.GIVEN_UP) ? new Outcome.Overloaded() : awaitDecision();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return state.compareAndSet(State.WAITING, State.GIVEN_UP) ? new Outcome.Overloaded() : unknown();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run never fails", e);
        }
    }

    private Outcome awaitDecision() {
        try {
            return outcome.get(DECISION.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException never) {
            return unknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run never fails", e);
        }
    }

    private Outcome unknown() {
        return new Outcome.Decided(Collections.nCopies(writes.size(), new AppendOutcome.Unknown()));
    }
}
