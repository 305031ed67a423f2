package io.tailrace.bench.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One stream, read line by line, for the moments at which frames of a name come. Close it. */
public final class Watcher implements AutoCloseable {

    private final Socket socket;
    private final LinkedBlockingQueue<Long> moments = new LinkedBlockingQueue<>();

    Watcher(InetSocketAddress to, byte[] request, String event) {
        try {
            socket = new Socket(to.getAddress(), to.getPort());
            socket.getOutputStream().write(request);
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            Thread.ofPlatform().daemon().name("watcher").start(() -> read(lines, "event: " + event));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(BufferedReader lines, String wanted) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(wanted)) {
                    moments.add(System.nanoTime());
                }
            }
        } catch (IOException over) {
            // it was closed
        }
    }

    /** What came so far counts for nothing. */
    public void forget() {
        moments.clear();
    }

    /** When the next frame came, of nanoTime. */
    public long await(Duration limit) {
        try {
            var moment = moments.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (moment == null) {
                throw new IllegalStateException("no frame within " + limit);
            }
            return moment;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
