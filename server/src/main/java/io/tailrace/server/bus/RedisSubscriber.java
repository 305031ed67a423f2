package io.tailrace.server.bus;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Listens on Redis channels, over one connection that is watched and replaced.
 *
 * <p>Protocol. {@code lock} guards {@code interests}, {@code dirty} and {@code connection}; no socket and no listener is
 * touched under it. The <em>reader</em> thread connects, reads, calls listeners, and is the only one that does; when a
 * read fails, or nothing came for {@link BusOptions#silence}, it tells every confirmed listener, waits a little and
 * connects again. The <em>writer</em> thread asks for a sign of life every {@link BusOptions#ping} and brings Redis in
 * line with what is wanted: callers only change {@code interests} and mark them {@code dirty}, so they never wait, and
 * what is changed to and fro costs nothing. A new connection marks everything dirty.
 *
 * <p>Redis answers each SUBSCRIBE, also a repeated one, and in order. An interest is confirmed by the answer to the last
 * one sent. A second listener of a topic is confirmed by subscribing again.
 */
final class RedisSubscriber implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RedisSubscriber.class.getName());
    private static final int MAX_TOPICS_PER_COMMAND = 500;

    /** From one round of commands to the next at least: so many per second bound them, whatever comes back at once. */
    static final Duration PACE = Duration.ofMillis(5);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);

    /** Hears a topic; on the reader's thread. */
    private record Ear(Consumer<byte[]> messages, BusStates states) {}

    private static final class Interest {
        private volatile List<Ear> ears = List.of();
        private boolean requested;
        private int unanswered;
        private boolean confirmed;
    }

    private final BusOptions options;
    private final RandomGenerator random;
    private final Consumer<Boolean> up;
    private final Thread reader =
            Thread.ofPlatform().daemon().name("bus-reader").unstarted(this::read);
    private final Thread writer =
            Thread.ofPlatform().daemon().name("bus-writer").unstarted(this::write);
    private volatile boolean open = true;
    private volatile boolean alive;

    private final Object lock = new Object();
    private final Map<String, Interest> interests = new HashMap<>();
    private final Set<String> dirty = new LinkedHashSet<>();
    private @Nullable ListeningConnection connection;

    /** @param up told by the reader when a connection has given its first sign of life, and when it was lost */
    RedisSubscriber(BusOptions options, RandomGenerator random, Consumer<Boolean> up) {
        this.options = options;
        this.random = random;
        this.up = up;
    }

    void start() {
        reader.start();
        writer.start();
    }

    /** Whether the connection has given a sign of life and was not lost since. */
    boolean alive() {
        return alive;
    }

    /** Starts to listen; both are called on the reader's thread. Never blocks. */
    Bus.Subscription subscribe(String topic, Consumer<byte[]> messages, BusStates states) {
        var ear = new Ear(messages, states);
        synchronized (lock) {
            var interest = interests.computeIfAbsent(topic, name -> new Interest());
            interest.ears = with(interest.ears, ear);
            interest.requested = false; // asks again, also for the others: that confirms this one
            dirty.add(topic);
            lock.notifyAll();
        }
        return () -> unsubscribe(topic, ear);
    }

    private void unsubscribe(String topic, Ear ear) {
        synchronized (lock) {
            var interest = interests.get(topic);
            if (interest != null && interest.ears.contains(ear)) {
                interest.ears =
                        interest.ears.stream().filter(other -> other != ear).toList();
                dirty.add(topic);
                lock.notifyAll();
            }
        }
    }

    private static List<Ear> with(List<Ear> ears, Ear ear) {
        var more = new ArrayList<>(ears);
        more.add(ear);
        return List.copyOf(more);
    }

    // The writer

    private void write() {
        try {
            while (open) {
                speak();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void speak() throws InterruptedException {
        pause(lastRound + PACE.toNanos() - System.nanoTime());
        var subscribe = new ArrayList<String>();
        var unsubscribe = new ArrayList<String>();
        ListeningConnection current;
        synchronized (lock) {
            if (connection == null || dirty.isEmpty()) {
                lock.wait(options.ping().toMillis());
            }
            current = connection;
            if (current != null) {
                collect(subscribe, unsubscribe);
            }
        }
        if (current != null) {
            try {
                current.unsubscribe(unsubscribe);
                current.subscribe(subscribe);
                pingWhenDue(current);
                if (!subscribe.isEmpty() || !unsubscribe.isEmpty()) {
                    lastRound = System.nanoTime();
                }
            } catch (JedisException e) {
                current.cut(); // the reader notices
                synchronized (lock) {
                    if (connection == current) {
                        connection = null;
                    }
                }
            }
        }
    }

    private long lastPing = System.nanoTime();
    private long lastRound = System.nanoTime();

    private void pingWhenDue(ListeningConnection current) {
        if (!alive || System.nanoTime() - lastPing >= options.ping().toNanos() * 9 / 10) {
            lastPing = System.nanoTime();
            current.askForSignOfLife();
        }
    }

    /** What to tell Redis about dirty topics, a bounded number of them. */
    private void collect(List<String> subscribe, List<String> unsubscribe) {
        var topics = dirty.iterator();
        for (int i = 0; i < MAX_TOPICS_PER_COMMAND && topics.hasNext(); i++) {
            String topic = topics.next();
            topics.remove();
            var interest = interests.get(topic);
            if (interest == null) {
                continue;
            }
            if (!interest.ears.isEmpty() && !interest.requested) {
                interest.requested = true;
                interest.unanswered++;
                subscribe.add(topic);
            } else if (interest.ears.isEmpty()) {
                interest.requested = false;
                unsubscribe.add(topic);
            }
        }
    }

    // The reader

    private void read() {
        long backoff = FIRST_BACKOFF.toNanos();
        while (open) {
            boolean lived = false;
            try {
                lived = listen();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the bus's reader failed", e);
            }
            backoff = lived
                    ? FIRST_BACKOFF.toNanos()
                    : Math.min(2 * backoff, options.maxBackoff().toNanos());
            pause((long) (backoff * random.nextDouble(0.5, 1)));
        }
    }

    /** Listens over one connection until it is lost; whether it ever answered. */
    private boolean listen() {
        ListeningConnection current = null;
        boolean lived = false;
        try {
            current = new ListeningConnection(
                    RedisAddress.hostAndPort(options.redis()),
                    RedisAddress.config(options, options.silence(), "listen"));
            adopt(current);
            while (open) {
                Object answer = current.getUnflushedObject();
                if (!lived) {
                    lived = true;
                    alive = true;
                    up.accept(true);
                }
                take(answer);
            }
        } catch (JedisException e) {
            LOG.log(System.Logger.Level.DEBUG, "the bus is not to be heard", e);
        } finally {
            if (current != null) {
                current.cut();
            }
            lost(lived);
        }
        return lived;
    }

    private void adopt(ListeningConnection current) {
        synchronized (lock) {
            connection = current;
            interests.forEach((topic, interest) -> {
                interest.requested = false;
                interest.unanswered = 0;
                dirty.add(topic);
            });
            lock.notifyAll();
        }
    }

    private void lost(boolean lived) {
        alive = false;
        var told = new ArrayList<Ear>();
        synchronized (lock) {
            connection = null;
            for (Interest interest : interests.values()) {
                if (interest.confirmed) {
                    told.addAll(interest.ears);
                }
                interest.confirmed = false;
            }
        }
        if (lived) {
            up.accept(false);
        }
        told.forEach(ear -> tell(() -> ear.states.interrupted()));
    }

    /** Takes {@code [message, topic, payload]}, {@code [subscribe or unsubscribe, topic, count]}, or a sign of life. */
    private void take(Object answer) {
        if (!(answer instanceof List<?> parts)
                || parts.size() != 3
                || !(parts.get(0) instanceof byte[] kind)
                || !(parts.get(1) instanceof byte[] name)) {
            return;
        }
        String topic = new String(name, StandardCharsets.UTF_8);
        if (kind.length == "message".length() && parts.get(2) instanceof byte[] payload) {
            ears(topic).forEach(ear -> tell(() -> ear.messages.accept(payload)));
        } else if (kind.length == "subscribe".length()) {
            confirm(topic).forEach(ear -> tell(() -> ear.states.confirmed()));
        } else if (kind.length == "unsubscribe".length()) {
            forget(topic);
        }
    }

    private List<Ear> ears(String topic) {
        synchronized (lock) {
            var interest = interests.get(topic);
            return interest == null ? List.of() : interest.ears;
        }
    }

    private List<Ear> confirm(String topic) {
        synchronized (lock) {
            var interest = interests.get(topic);
            if (interest == null || --interest.unanswered > 0 || !interest.requested) {
                return List.of();
            }
            interest.confirmed = true;
            return interest.ears;
        }
    }

    private void forget(String topic) {
        synchronized (lock) {
            var interest = interests.get(topic);
            if (interest != null && interest.ears.isEmpty() && interest.unanswered == 0 && !dirty.contains(topic)) {
                interests.remove(topic);
            }
        }
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a listener of the bus failed", e);
        }
    }

    private void pause(long nanos) {
        synchronized (lock) {
            long end = System.nanoTime() + nanos;
            try {
                for (long left = nanos; open && left > 0; left = end - System.nanoTime()) {
                    lock.wait(left / 1_000_000, (int) (left % 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            }
        }
    }

    @Override
    public void close() {
        open = false;
        synchronized (lock) {
            if (connection != null) {
                connection.cut();
            }
            lock.notifyAll();
        }
        writer.interrupt();
        reader.interrupt();
    }
}
