package io.tailrace.server.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there are, and how many there may be. Any thread. */
public final class Connections {

    /** What part of the places is kept for refusing kindly. */
    private static final double RESERVE = 0.05;

    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    Connections(int most) {
        this.most = most;
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Connections that have sent something and are not closed. */
    public int open() {
        return open.get();
    }

    /** Past this the listener accepts nothing more until one closes. */
    public int most() {
        return most;
    }

    /** Whether so few places are left that nothing long should begin. */
    public boolean crowded() {
        return open.get() > most - Math.max(1, most * RESERVE);
    }
}
