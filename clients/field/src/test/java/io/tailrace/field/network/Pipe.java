package io.tailrace.field.network;

import io.tailrace.field.network.Scissors.Ending;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection. A thread reads packets and gives them the time at which they are due; another writes
 * them then. Between them stands a queue of at most {@link #PACKETS}; while it is full nothing is read, so that the
 * sender is held up as by a full router.
 */
final class Pipe {

    /** Bytes of a packet at most: what a radio sends at once. */
    static final int PACKET = 512;

    /** Packets on their way at most: 64 KiB. */
    static final int PACKETS = 128;

    /** No bytes: the sender has finished. */
    private record Packet(byte[] bytes, long due) {}

    private static final Packet END = new Packet(new byte[0], 0);

    private final Connection connection;
    private final Socket from;
    private final Socket to;
    private final Pacer pacer;
    private final Gate gate;
    private final IntConsumer counter;
    private final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>(PACKETS);

    Pipe(Connection connection, Socket from, Socket to, Pacer pacer, Gate gate, IntConsumer counter) {
        this.connection = connection;
        this.from = from;
        this.to = to;
        this.pacer = pacer;
        this.gate = gate;
        this.counter = counter;
    }

    /**
     * Starts both threads.
     *
     * @param shears ask for each packet where it is cut; null: never
     */
    void start(@Nullable Shears shears) {
        Thread.ofVirtual().name("line-reader").start(() -> run(this::read));
        Thread.ofVirtual().name("line-writer").start(() -> run(() -> write(shears)));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** Whichever thread ends, however it ends, the other is not left waiting for it. */
    private void run(Work work) {
        try {
            work.run();
        } catch (IOException broken) {
            connection.end(Ending.RESET);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connection.end(Ending.RESET);
        } finally {
            if (connection.over()) {
                packets.clear();
                packets.offer(END);
            }
        }
    }

    private void read() throws IOException, InterruptedException {
        byte[] buffer = new byte[PACKET];
        var in = from.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            packets.put(new Packet(Arrays.copyOf(buffer, n), pacer.due(n)));
        }
        packets.put(new Packet(END.bytes, pacer.due(0)));
    }

    private void write(@Nullable Shears shears) throws IOException, InterruptedException {
        var out = to.getOutputStream();
        long last = System.nanoTime();
        while (true) {
            var packet = packets.take();
            last = Math.max(last - packet.due, 0) + packet.due; // in order, whatever the jitter
            if (connection.over() || !gate.await(last)) {
                return;
            }
            if (packet.bytes.length == 0) {
                to.shutdownOutput();
                connection.finished();
                return;
            }
            if (connection.mute()) {
                continue; // swallowed: it will never be there
            }
            int allowed = shears == null ? -1 : shears.allow(packet.bytes);
            int passing = allowed < 0 ? packet.bytes.length : allowed;
            out.write(packet.bytes, 0, passing);
            counter.accept(passing);
            if (allowed >= 0 && shears != null) {
                connection.end(shears.ending());
                return;
            }
        }
    }
}
