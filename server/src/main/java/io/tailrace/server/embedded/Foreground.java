package io.tailrace.server.embedded;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Work that lasts until this process is asked to end, by Ctrl-C or a signal. One thread does all of it, starting and
 * stopping: the signal's thread interrupts it, wherever it is, and waits until it has put everything away.
 */
final class Foreground {

    /** How long putting away may take, in seconds: nodes, then databases, each within their grace and killed after. */
    private static final int PUT_AWAY_SECONDS = 3 * Child.GRACE_SECONDS;

    /** Starts, waits and stops. Interrupted when asked to end. */
    @FunctionalInterface
    interface Work {
        void run(Foreground foreground) throws StartRefused, IOException, InterruptedException;
    }

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean ending;

    private Foreground() {}

    /** Does the work on this thread. */
    static void run(Work work) throws StartRefused, IOException {
        var foreground = new Foreground();
        Runtime.getRuntime().addShutdownHook(new Thread(foreground::end, "asked to end"));
        try {
            work.run(foreground);
        } catch (StartRefused | IOException | InterruptedException e) {
            if (!foreground.ending) {
                refuse(e);
            }
        } finally {
            foreground.done.countDown();
        }
    }

    private static void refuse(Exception e) throws StartRefused, IOException {
        switch (e) {
            case StartRefused refused -> throw refused;
            case IOException fault -> throw fault;
            default -> throw new StartRefused("Interrupted", e);
        }
    }

    private void end() {
        if (done.getCount() == 0) {
            return;
        }
        ending = true;
        say("Stopping.");
        worker.interrupt();
        try {
            if (done.await(PUT_AWAY_SECONDS, TimeUnit.SECONDS)) {
                say("Stopped.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether processes end because they were told to. */
    boolean ending() {
        return ending;
    }

    /** Waits to be asked to end. */
    void linger() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** A line for the person at the terminal. */
    void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
