package io.tailrace.server.bus;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What listeners in this process are to be told, in order: one thread tells them. Any thread adds.
 */
final class Deliveries implements AutoCloseable {

    /** What waits at most before more is refused. */
    static final int MAX_WAITING = 65_536;

    private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());

    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean open = true;

    /** @param name of the thread */
    Deliveries(String name) {
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::deliver);
    }

    private void deliver() {
        while (open) {
            try {
                waiting.take().run();
            } catch (InterruptedException e) {
                return; // closed
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener of the bus failed", e);
            }
        }
    }

    /** Whether there is room for so many more. */
    boolean hasRoom(int more) {
        return open && waiting.size() + more <= MAX_WAITING;
    }

    /** Adds one, whether there is room or not. */
    void add(Runnable delivery) {
        waiting.add(delivery);
    }

    boolean open() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }
}
