package io.tailrace.client;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Observables as publishers, for reactive libraries; Kotlin's {@code asFlow()} takes them too. The only class here that
 * needs {@code java.util.concurrent.Flow}, which Android has from API level 30 on: before it use
 * {@link Observable#listen}, and do not touch this class.
 */
public final class Publishers {

    private Publishers() {}

    /**
     * Publishes the value as it is, and later ones. A subscriber that asks for fewer than there are gets the latest when
     * it asks again; those in between are left out. It never completes, and never fails but for a request below 1.
     *
     * @param observable to publish
     * @return a publisher, for any number of subscribers
     */
    public static <T> Flow.Publisher<T> of(Observable<T> observable) {
        return subscriber -> {
            var latest = new Latest<T>(subscriber);
            subscriber.onSubscribe(latest);
            latest.begin(observable);
        };
    }

    /** Holds at most one value that was not asked for yet; the lock guards what is emitted, so that it is one at a time. */
    private static final class Latest<T> implements Flow.Subscription, Consumer<T> {

        private final Flow.Subscriber<? super T> subscriber;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicReference<@Nullable T> held = new AtomicReference<>();
        private final AtomicLong drains = new AtomicLong();
        private volatile Observable.@Nullable Stop stop;
        private volatile boolean cancelled;

        Latest(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void begin(Observable<T> observable) {
            if (!cancelled) {
                stop = observable.listen(this);
            }
            if (cancelled) {
                cancel();
            }
        }

        @Override
        public void accept(T value) {
            held.set(value);
            drain();
        }

        @Override
        public void request(long n) {
            if (n < 1) {
                cancel();
                subscriber.onError(new IllegalArgumentException("a request is at least 1 (rule 3.9)"));
                return;
            }
            requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            var running = stop;
            if (running != null) {
                running.close();
            }
        }

        private void drain() {
            if (drains.getAndIncrement() != 0) {
                return; // whoever drains sees to this too
            }
            long missed = 1;
            while (missed != 0) {
                emit();
                missed = drains.addAndGet(-missed);
            }
        }

        private void emit() {
            if (cancelled || requested.get() == 0) {
                return;
            }
            var value = held.getAndSet(null);
            if (value != null) {
                requested.decrementAndGet();
                subscriber.onNext(value);
            }
        }
    }
}
