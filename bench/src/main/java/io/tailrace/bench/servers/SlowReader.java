package io.tailrace.bench.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** One stream that is read at 2 KB per second. Close it. */
public final class SlowReader implements AutoCloseable {

    private static final int BYTES = 512;
    private static final long PAUSE_NANOS = 250_000_000;
    private static final int RECEIVE_BUFFER = 4_096;

    private final Socket socket = new Socket();

    SlowReader(InetSocketAddress to, byte[] request) {
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.connect(to);
            socket.getOutputStream().write(request);
            Thread.ofPlatform().daemon().name("slow-reader").start(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] some = new byte[BYTES];
        try {
            while (socket.getInputStream().read(some) >= 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException over) {
            // it was closed
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
