package io.tailrace.server.embedded;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waiting for a process that was just started to answer. */
final class Readiness {

    /** How long it may take. Recovery after a crash and migrations are part of it. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private Readiness() {}

    /**
     * What {@code question} answers once it answers; it throws as long as it does not.
     *
     * @throws StartRefused when the process has ended, or does not answer in time
     */
    static <T> T await(Child child, Callable<T> question) throws StartRefused, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return question.call();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (!child.alive()) {
                    throw new StartRefused(child.name() + " has ended while it was starting: " + child.lastWords()
                            + " (all it said is in " + child.log() + ")");
                }
                if (System.nanoTime() > deadline) {
                    throw new StartRefused(
                            child.name() + " is not ready after " + LIMIT.toSeconds() + " s; its log is " + child.log(),
                            e);
                }
            }
            Thread.sleep(PAUSE);
        }
    }
}
