package io.tailrace.server.gateway;

import io.tailrace.server.http.TakenSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * One thread for all that no publisher brings to streams on taken sockets: their time, clients that leave, and sockets
 * that take more again. Also keeps what their drivers share.
 *
 * <p>Protocol: the selector, the keys and {@code alarms} are the loop's thread's. Others put {@code errands} into the
 * queue and wake it. An alarm that its driver expects no more is passed over when it goes off; those of streams that have
 * ended are cleared away when they may be half of all, so that these hold no more than as many as live. A socket may be closed by anybody at any moment, and its key with it, so each piece of work may fail by
 * itself: none ends the loop.
 */
final class SocketLoop implements AutoCloseable {

    /** Bytes that a client may send while it reads; with more it is taken for gone. */
    private static final int MAX_UNASKED = 65_536;

    /** Alarms are not closer to each other than this; they are about seconds. */
    private static final long TICK_MILLIS = 5;

    private static final long MAX_WAIT_MILLIS = 1_000;

    /** Buffers that are kept for virtual threads; a few of them drive at once. */
    private static final int SPARE_BUFFERS = 16;

    private static final System.Logger LOG = System.getLogger(SocketLoop.class.getName());

    /** When a driver wants to be woken. */
    private record Alarm(long at, SocketDriver driver) implements Comparable<Alarm> {

        @Override
        public int compareTo(Alarm other) {
            return Long.signum(at - other.at); // the clock may wrap
        }
    }

    /** What a key is about. */
    private static final class Watched {

        private final SocketDriver driver;
        private int unasked;

        Watched(SocketDriver driver) {
            this.driver = driver;
        }
    }

    private final LongSupplier nanos;
    private final Selector selector;
    private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();
    private final Queue<SseBuffer> buffers = new ArrayBlockingQueue<>(SPARE_BUFFERS);
    private final ThreadLocal<SseBuffer> ownBuffer = ThreadLocal.withInitial(SseBuffer::shared);
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    /** Streams that ended since their alarms were cleared away; the loop's thread's. */
    private int ended;

    private final ByteBuffer unasked = ByteBuffer.allocateDirect(4_096);
    private final Thread thread = Thread.ofPlatform().daemon().name("streams").unstarted(this::run);
    private volatile boolean closed;

    SocketLoop(LongSupplier nanos) {
        this.nanos = nanos;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        thread.start();
    }

    /** The clock of alarms. */
    LongSupplier nanos() {
        return nanos;
    }

    /** Tells {@code driver} when the client leaves; any thread. */
    void watch(TakenSocket socket, SocketDriver driver) {
        run(() -> {
            try {
                socket.channel().register(selector, SelectionKey.OP_READ, new Watched(driver));
            } catch (ClosedChannelException gone) {
                driver.departed();
            }
        });
    }

    /** Wakes {@code driver} once the socket takes more; any thread. */
    void awaitRoom(TakenSocket socket, SocketDriver driver) {
        run(() -> {
            var key = socket.channel().keyFor(selector);
            if (key == null) {
                driver.departed();
                return;
            }
            try {
                key.interestOpsOr(SelectionKey.OP_WRITE);
            } catch (CancelledKeyException closed) {
                driver.departed();
            }
        });
    }

    /** Watches no more; any thread. */
    void forget(TakenSocket socket) {
        run(() -> {
            var key = socket.channel().keyFor(selector);
            if (key != null) {
                key.cancel();
            }
            ended++;
            if (ended * 2 > alarms.size()) {
                alarms.removeIf(alarm -> alarm.driver().isOver());
                ended = 0;
            }
        });
    }

    /** Calls {@link SocketDriver#alarmed} at {@code at}; any thread. */
    void alarm(SocketDriver driver, long at) {
        var alarm = new Alarm(at, driver);
        run(() -> alarms.add(alarm));
    }

    /** How many alarms are kept; asks the loop, and waits for its answer. */
    int alarms() {
        var kept = new CompletableFuture<Integer>();
        run(() -> kept.complete(alarms.size()));
        return kept.join();
    }

    /** Runs what blocks. */
    void block(Runnable task) {
        Thread.ofVirtual().name("stream-log").start(task);
    }

    /** A buffer for as long as one thread drives; platform threads, which are few, have their own. */
    SseBuffer buffer() {
        if (!Thread.currentThread().isVirtual()) {
            return ownBuffer.get();
        }
        var spare = buffers.poll();
        return spare == null ? SseBuffer.shared() : spare;
    }

    void giveBack(SseBuffer buffer) {
        buffer.clear();
        if (Thread.currentThread().isVirtual()) {
            var unused = buffers.offer(buffer);
        }
    }

    private void run(Runnable errand) {
        errands.add(errand);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            while (!closed) {
                for (var errand = errands.poll(); errand != null; errand = errands.poll()) {
                    safely(errand);
                }
                selector.select(this::selected, untilAlarm());
                goOff();
            }
        } catch (IOException | ClosedSelectorException e) {
            if (!closed) {
                LOG.log(System.Logger.Level.ERROR, "the loop of streams has ended", e);
            }
        }
    }

    private long untilAlarm() {
        if (!errands.isEmpty()) {
            return 1;
        }
        var next = alarms.peek();
        long millis = next == null ? MAX_WAIT_MILLIS : (next.at() - nanos.getAsLong()) / 1_000_000;
        return Math.clamp(millis, TICK_MILLIS, MAX_WAIT_MILLIS);
    }

    private void goOff() {
        long now = nanos.getAsLong();
        for (var next = alarms.peek(); next != null && next.at() - now <= 0; next = alarms.peek()) {
            alarms.remove();
            var alarm = next;
            safely(() -> alarm.driver().alarmed(alarm.at()));
        }
    }

    private static void safely(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "one stream's work failed in the loop", e);
        }
    }

    private void selected(SelectionKey key) {
        var watched = (Watched) key.attachment();
        safely(() -> {
            try {
                look(key, watched);
            } catch (CancelledKeyException closed) {
                watched.driver.departed();
            }
        });
    }

    private void look(SelectionKey key, Watched watched) {
        if (key.isReadable() && hasLeft((SocketChannel) key.channel(), watched)) {
            key.cancel();
            watched.driver.departed();
        } else if (key.isWritable()) {
            key.interestOps(SelectionKey.OP_READ);
            watched.driver.wake();
        }
    }

    private boolean hasLeft(SocketChannel channel, Watched watched) {
        try {
            unasked.clear();
            int read = channel.read(unasked);
            watched.unasked += Math.max(0, read);
            return read < 0 || watched.unasked > MAX_UNASKED;
        } catch (IOException gone) {
            return true;
        }
    }

    /** Ends the thread; streams that are still there get nothing more. */
    @Override
    public void close() {
        closed = true;
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
