package io.tailrace.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread with a selector.
 *
 * <p>Protocol: everything about its connections, their listeners and its timers happens on this thread, so none of it
 * is locked. Other threads hand it tasks ({@link #execute}) or ask it questions ({@link #ask}). All connections read
 * into one buffer, whose content is valid while the listener is told of it.
 */
public final class Loop implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int ANSWER_SECONDS = 30;

    /**
     * Timers that are run before connections have their turn. It also bounds descriptors: a selector lets go of closed
     * connections when it is asked the next time, and not before.
     */
    private static final int TIMERS_AT_ONCE = 128;

    private record Timer(long due, Runnable task) {}

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>((one, other) -> Long.compare(one.due - other.due, 0));
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private volatile boolean closed;
    private volatile @Nullable Throwable fault;

    private Loop(String name) throws IOException {
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** Starts one. */
    public static Loop start(String name) {
        try {
            var loop = new Loop(name);
            loop.thread.start();
            return loop;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does {@code task} on this thread, soon. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Does {@code task} on this thread after {@code delay}. Only from this thread. */
    public void after(Duration delay, Runnable task) {
        timers.add(new Timer(System.nanoTime() + delay.toNanos(), task));
    }

    /** Asks this thread, and waits for what it says. Not from this thread. */
    public <T> T ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            for (int i = 0; i < ANSWER_SECONDS && fault == null; i++) {
                try {
                    return answer.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    // it may be busy, or have ended
                }
            }
            throw new IllegalStateException("the load generator has ended: " + fault, fault);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Connects; the listener is told when that is done or has failed. Only from this thread.
     *
     * @param from the address to come from: each has its own ports
     */
    Link connect(String from, InetSocketAddress to, Link.Listener listener) {
        try {
            var channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(new InetSocketAddress(from, 0));
            var key = channel.register(selector, 0);
            var link = new SocketLink(channel, key, listener);
            key.attach(link);
            execute(() -> link.begin(to));
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            while (!closed) {
                if (tasks.isEmpty()) {
                    await();
                } else {
                    selector.selectNow(this::ready);
                }
                for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                runTimers();
            }
        } catch (IOException | RuntimeException | Error e) {
            fault = e;
        } finally {
            end();
        }
    }

    private void runTimers() {
        for (int i = 0; i < TIMERS_AT_ONCE; i++) {
            var timer = timers.peek();
            if (timer == null || timer.due - System.nanoTime() > 0) {
                return;
            }
            timers.remove();
            timer.task.run();
        }
    }

    private void await() throws IOException {
        var timer = timers.peek();
        if (timer == null) {
            selector.select(this::ready);
            return;
        }
        long nanos = timer.due - System.nanoTime();
        if (nanos <= 0) {
            selector.selectNow(this::ready);
        } else {
            // Rounded up: a selector that is asked to wait for no millisecond does not wait, and spins.
            selector.select(this::ready, 1 + TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof SocketLink link) {
            link.ready(direct, bytes);
        }
    }

    private void end() {
        for (var key : selector.keys()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                // nothing is left to do with it
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            // likewise
        }
    }

    /** @throws IllegalStateException when it has ended before its time */
    void demandAlive() {
        if (fault != null) {
            throw new IllegalStateException("the load generator has ended: " + fault, fault);
        }
    }

    /** Cuts all connections and ends. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
