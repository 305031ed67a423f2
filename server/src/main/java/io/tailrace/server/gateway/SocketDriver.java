package io.tailrace.server.gateway;

import io.tailrace.server.gateway.ConnectionWriter.ConnectionGone;
import io.tailrace.server.http.TakenSocket;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives a stream whose socket was taken over, without a thread of its own.
 *
 * <p>Protocol. <b>Who writes:</b> whoever wakes the stream steps it, there and then: the thread that publishes, for small
 * hubs, the hubs' waker for large ones, the {@link SocketLoop} for time, departures and sockets that take more again.
 * {@code wakes} counts wake-ups that were not answered yet; who raises it from 0 drives until it has answered all of
 * them, and everybody else only counts. So one thread drives at a time, and no wake-up is lost. Only reading the log
 * blocks: that is done on a virtual thread, which keeps driving afterwards; the count stays above 0 meanwhile.
 * <b>Who notices that the client left:</b> the loop, which reads. <b>Who cuts a stalled client:</b> the watchdog, by
 * closing the socket; the next step finds it closed. <b>How much is held:</b> one batch, see {@link SocketWriter}.
 */
final class SocketDriver implements TakenSocket.Taker, Ready.Driver {

    private static final System.Logger LOG = System.getLogger(SocketDriver.class.getName());

    private static final AtomicIntegerFieldUpdater<SocketDriver> WAKES =
            AtomicIntegerFieldUpdater.newUpdater(SocketDriver.class, "wakes");

    private final LiveStream stream;
    private final SocketLoop loop;
    private final Consumer<EndCause> then;
    private volatile int wakes;

    // The driving thread's.
    private @Nullable TakenSocket socket;
    private @Nullable SocketWriter writer;
    private boolean leaving;

    /** Written by the driving thread. */
    private volatile boolean over;

    /** When the loop will wake the stream, at the latest; the loop's and the driving thread's, which only brings it forward. */
    private volatile long alarm = Long.MAX_VALUE;

    /** @param then told once, when the stream is over */
    SocketDriver(LiveStream stream, SocketLoop loop, Consumer<EndCause> then) {
        this.stream = stream;
        this.loop = loop;
        this.then = then;
    }

    @Override
    public void take(TakenSocket taken) {
        WAKES.incrementAndGet(this); // nobody else drives before everything is in place
        socket = taken;
        writer = new SocketWriter(taken, loop.nanos(), this::wake);
        stream.writer(writer);
        stream.session().ready().wakeBy(this);
        loop.watch(taken, this);
        answer();
    }

    /** The socket has closed, or was never there. */
    @Override
    public void gone() {
        stream.departed();
        if (socket == null) {
            wake();
        }
    }

    /** Has the stream stepped, by this thread unless another is at it. */
    @Override
    public void wake() {
        if (WAKES.getAndIncrement(this) == 0) {
            answer();
        }
    }

    /** The loop has read that the client left, or sent more than it may. */
    void departed() {
        stream.departed();
    }

    /** Whether the stream has ended. */
    boolean isOver() {
        return over;
    }

    /** The alarm has gone off. */
    void alarmed(long at) {
        if (alarm == at) {
            alarm = Long.MAX_VALUE;
            stream.wake();
        }
        var gathering = stream.gathering();
        if (gathering != null && gathering.alarmed(at)) {
            wake();
        }
    }

    private void answer() {
        int seen = wakes;
        while (drive()) {
            if (WAKES.compareAndSet(this, seen, 0)) {
                return;
            }
            seen = wakes;
        }
    }

    /** Steps as far as possible. @return false when another thread goes on */
    private boolean drive() {
        if (over) {
            return true;
        }
        try {
            return steps();
        } catch (ConnectionGone gone) {
            left();
        } catch (RuntimeException | Error fault) {
            LOG.log(System.Logger.Level.ERROR, "a stream failed", fault);
            end(EndCause.FAULT);
        }
        return true;
    }

    private boolean steps() throws ConnectionGone {
        var taken = socket;
        var out = writer;
        if (taken == null || out == null || stream.hasDeparted()) {
            left();
            return true;
        }
        var buffer = loop.buffer();
        try {
            while (out.flush()) {
                if (leaving) {
                    out.finish();
                    end(stream.cause());
                    return true;
                }
                switch (stream.step(buffer)) {
                    case AGAIN -> {}
                    case LOG -> {
                        loop.block(this::consult);
                        return false;
                    }
                    case IDLE -> {
                        if (!out.behind()) {
                            alarm(stream.lookAt());
                            return true;
                        }
                    }
                    case ENDED -> leaving = true;
                }
            }
        } finally {
            loop.giveBack(buffer);
        }
        loop.awaitRoom(taken, this);
        return true;
    }

    private void consult() {
        try {
            stream.consult();
        } catch (RuntimeException | Error fault) {
            LOG.log(System.Logger.Level.ERROR, "a stream failed", fault);
            end(EndCause.FAULT);
        }
        answer();
    }

    private void alarm(long at) {
        if (at < alarm) {
            alarm = at;
            loop.alarm(this, at);
        }
        var gathering = stream.gathering();
        if (gathering != null) {
            long due = gathering.takeAlarm();
            if (due != Long.MAX_VALUE) {
                loop.alarm(this, due);
            }
        }
    }

    private void left() {
        end(writer != null && writer.wasCut() ? EndCause.STALLED : EndCause.CLIENT_LEFT);
    }

    private void end(EndCause cause) {
        if (over) {
            return;
        }
        over = true;
        try {
            if (socket != null) {
                loop.forget(socket);
                socket.close();
            }
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close well", e);
        } finally {
            then.accept(cause);
        }
    }
}
