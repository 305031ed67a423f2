package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** A subscription as its caller holds it, which the loop makes a moment later. The lock guards all fields. */
final class PendingSubscription implements Subscription {

    private final String channel;
    private @Nullable Reader reader;
    private boolean closed;

    PendingSubscription(String channel) {
        this.channel = channel;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void is(Reader made) {
        reader = made;
        if (closed) {
            made.close();
        }
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public synchronized long seq() {
        return reader == null ? -1 : reader.seq();
    }

    @Override
    public synchronized @Nullable String position() {
        return reader == null ? null : reader.position();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (reader != null) {
            reader.close();
        }
    }
}
