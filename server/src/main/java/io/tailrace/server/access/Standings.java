package io.tailrace.server.access;

import io.tailrace.log.Memberships;
import io.tailrace.log.Memberships.Question;
import io.tailrace.log.Memberships.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks how users stand to channels, for all requests of a node: what is asked while a statement runs goes out together in
 * the next one. A lone question goes at once, and ten thousand streams that come back together cost tens of statements.
 *
 * <p>Protocol: whoever asks adds to the queue, starts the asking thread unless {@code asking} says that it runs, and
 * waits. That thread takes what has gathered, asks, answers, and ends when the queue is empty; it looks once more after
 * it has said so, so that nobody is left waiting. An answer is never older than its question. The queue is bounded by
 * the requests that are open.
 */
final class Standings {

    private final Memberships memberships;
    private final Queue<Asked> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asking = new AtomicBoolean();

    /** What one caller waits for; at most {@link Memberships#MAX_QUESTIONS}. */
    private record Asked(List<Question> questions, CompletableFuture<List<Standing>> answers) {}

    Standings(Memberships memberships) {
        this.memberships = memberships;
    }

    /**
     * The standings, in the order of the questions; blocks.
     *
     * @throws io.tailrace.log.LogUnavailable when the database cannot be asked
     */
    List<Standing> of(List<Question> questions) {
        var parts = new ArrayList<Asked>();
        for (int from = 0; from < questions.size(); from += Memberships.MAX_QUESTIONS) {
            int to = Math.min(questions.size(), from + Memberships.MAX_QUESTIONS);
            var asked = new Asked(questions.subList(from, to), new CompletableFuture<>());
            parts.add(asked);
            queue.add(asked);
        }
        start();
        var standings = new ArrayList<Standing>(questions.size());
        try {
            parts.forEach(asked -> standings.addAll(asked.answers().join()));
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
        return standings;
    }

    private void start() {
        if (!queue.isEmpty() && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("standings").start(this::ask);
        }
    }

    private void ask() {
        for (var batch = gathered(); !batch.isEmpty(); batch = gathered()) {
            ask(batch);
        }
        asking.set(false);
        start();
    }

    private List<Asked> gathered() {
        var batch = new ArrayList<Asked>();
        int questions = 0;
        for (var next = queue.peek(); next != null; next = queue.peek()) {
            questions += next.questions().size();
            if (questions > Memberships.MAX_QUESTIONS) {
                break;
            }
            batch.add(next);
            queue.remove();
        }
        return batch;
    }

    private void ask(List<Asked> batch) {
        try {
            var standings = memberships.standings(
                    batch.stream().flatMap(asked -> asked.questions().stream()).toList());
            int from = 0;
            for (Asked asked : batch) {
                int to = from + asked.questions().size();
                asked.answers().complete(standings.subList(from, to));
                from = to;
            }
        } catch (RuntimeException failed) {
            batch.forEach(asked -> asked.answers().completeExceptionally(failed));
        }
    }
}
