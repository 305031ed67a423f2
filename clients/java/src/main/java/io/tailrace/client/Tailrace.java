package io.tailrace.client;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * A client: one connection for all channels that are followed, and one queue for all that is written.
 *
 * <pre>{@code
 * var tailrace = Tailrace.builder()
 *         .url("https://rt.example")
 *         .token(session::freshToken)
 *         .queue(new File(filesDir, "writes.log"))
 *         .connect();
 * var board = tailrace.channel("board:roadmap");
 * board.subscribe(listener, Start.state());
 * board.write("card.moved", Map.of("column", "doing"));
 * }</pre>
 *
 * <p>It has threads of its own, all daemons: {@code tailrace-client}, on which everything is decided,
 * {@code tailrace-callbacks} unless {@link TailraceBuilder#callbacks} names another executor, {@code tailrace-store} while
 * the queue's store has something to do, and {@code tailrace-io}, one for each request under way. Its methods may be called
 * from any thread; only {@link #close} and {@link #signOut} wait for anything.
 */
public final class Tailrace implements AutoCloseable {

    /** For how long a connection is held in the background, in milliseconds. */
    static final long BACKGROUND_LINGER = 60_000;

    private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    private final Client client;
    private Loop.Timer background = () -> {};

    Tailrace(Client client) {
        this.client = client;
    }

    /** Chooses what a client is to be. */
    public static TailraceBuilder builder() {
        return new TailraceBuilder();
    }

    /**
     * A channel. Costs nothing: it is followed once there is a subscription.
     *
     * @param name of the channel, {@code namespace:id} by convention
     * @throws IllegalArgumentException when it is no name of a channel
     */
    public Channel channel(String name) {
        if (!CHANNEL.matcher(name).matches()) {
            throw new IllegalArgumentException("not a channel's name: " + name);
        }
        return new Channel(client, name);
    }

    /** How it is connected. As a publisher: {@link Publishers#of}. */
    public Observable<ConnectionState> connection() {
        return client.standing.value();
    }

    /** How many writes are not settled yet. */
    public Observable<Integer> pending() {
        return client.writes.count();
    }

    /** The writes that are not settled yet, in order, those of an earlier process among them. */
    public CompletableFuture<List<Write>> pendingWrites() {
        var future = new CompletableFuture<List<Write>>();
        client.loop.run(() -> {
            var waiting = client.writes.waiting();
            client.callbacks.run(() -> future.complete(waiting));
        });
        return future;
    }

    /**
     * Tells what became of each write from now on, also of those that an earlier process made. Set it before
     * anything else: what waits is sent at once.
     *
     * @param listener is told on the executor of {@link TailraceBuilder#callbacks}
     * @return ends it
     */
    public Observable.Stop onOutcome(BiConsumer<Write, Outcome> listener) {
        client.outcomeListeners.add(listener);
        return () -> client.outcomeListeners.remove(listener);
    }

    /** Bytes that streams have brought so far, as they were on the wire but for compression and encryption. */
    public long bytesReceived() {
        return client.bytes();
    }

    /** This installation, as requests name it. */
    public String device() {
        return client.setup.device();
    }

    /**
     * The platform has a network, or another one: connects at once, and no longer relies on connections over the one before.
     * For Android's {@code ConnectivityManager.NetworkCallback.onAvailable}.
     */
    public void networkAvailable() {
        client.loop.run(() -> {
            client.okhttp.connectionPool().evictAll();
            client.tail.network(true);
            client.awake();
        });
    }

    /** The platform has no network: nothing is tried until {@link #networkAvailable}. For {@code onLost}. */
    public void networkLost() {
        client.loop.run(() -> client.tail.network(false));
    }

    /**
     * Whether the application is seen. In the background members are away, and after a minute the connection is let go, as
     * the platform would do sooner or later; writes still go out as long as the process lives. Back in the foreground it
     * connects at once, and resumes.
     */
    public void appInForeground(boolean inForeground) {
        client.loop.run(() -> {
            background.cancel();
            client.presences.forEach(presence -> presence.seen(inForeground));
            if (inForeground) {
                client.tail.pause(false);
                client.awake();
            } else {
                background = client.loop.after(BACKGROUND_LINGER, () -> client.tail.pause(true));
            }
        });
    }

    /**
     * Ends it, and forgets what waits in the queue: nothing of the user stays. Waits for the store, 10 s at most. Not to be
     * called on the client's own threads.
     *
     * @throws IOException when something of the queue may still be there; then delete its file
     */
    public void signOut() throws IOException {
        client.close(true);
    }

    /** Ends it; what waits in the queue stays there. Waits for the store, 10 s at most. Idempotent. */
    @Override
    public void close() {
        try {
            client.close(false);
        } catch (IOException e) {
            Daemon.report(e); // a thread hangs: of the store, or of the client
        }
    }
}
