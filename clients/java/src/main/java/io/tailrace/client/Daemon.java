package io.tailrace.client;

/** Threads of a client: daemons with names, which keep no process alive. */
final class Daemon {

    private Daemon() {}

    static Thread named(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Gives a fault of ours, or of a listener, to the thread's handler of uncaught exceptions, and goes on. */
    static void report(Throwable fault) {
        var thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
    }
}
