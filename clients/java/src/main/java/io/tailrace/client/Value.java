package io.tailrace.client;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A value that the loop sets and anybody reads. Each listener has at most one call under way or waiting, which takes the
 * value that is current when it runs: so much is the bound.
 */
final class Value<T> implements Observable<T> {

    private final Callbacks callbacks;
    private final CopyOnWriteArrayList<Listening> listeners = new CopyOnWriteArrayList<>();
    private volatile T value;

    Value(T value, Callbacks callbacks) {
        this.value = value;
        this.callbacks = callbacks;
    }

    @Override
    public T value() {
        return value;
    }

    /** On the loop, or by one thread at a time. */
    void set(T next) {
        if (!Objects.equals(value, next)) {
            value = next;
            listeners.forEach(Listening::tell);
        }
    }

    @Override
    public Stop listen(Consumer<? super T> listener) {
        var listening = new Listening(listener);
        listeners.add(listening);
        listening.tell();
        return () -> {
            listening.stopped = true;
            listeners.remove(listening);
        };
    }

    private final class Listening {

        private final Consumer<? super T> listener;
        private final AtomicBoolean due = new AtomicBoolean();
        private volatile boolean stopped;

        Listening(Consumer<? super T> listener) {
            this.listener = listener;
        }

        void tell() {
            if (due.compareAndSet(false, true)) {
                callbacks.run(() -> {
                    due.set(false);
                    if (!stopped) {
                        listener.accept(value);
                    }
                });
            }
        }
    }
}
