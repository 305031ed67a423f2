package io.tailrace.server.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** A line of so many bytes a second, where a second is what the test says. One connection; close it. */
final class SlowLine implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final AtomicLong seconds = new AtomicLong();
    private final int target;
    private final int bytesPerSecond;
    private final Runnable second;

    SlowLine(int target, int bytesPerSecond, Runnable second) throws IOException {
        this.target = target;
        this.bytesPerSecond = bytesPerSecond;
        this.second = second;
        Thread.ofVirtual().name("slow-line").start(this::carry);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Seconds that have passed. */
    long seconds() {
        return seconds.get();
    }

    private void carry() {
        try (var client = listener.accept();
                var server = new Socket()) {
            server.setReceiveBufferSize(bytesPerSecond * 2);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread.ofVirtual().start(() -> request(client, server));
            byte[] buffer = new byte[bytesPerSecond];
            for (int n = server.getInputStream().read(buffer);
                    n >= 0;
                    n = server.getInputStream().read(buffer)) {
                client.getOutputStream().write(buffer, 0, n);
                seconds.incrementAndGet();
                second.run();
            }
        } catch (IOException over) {
            // one of the two has left
        }
    }

    private static void request(Socket client, Socket server) {
        try {
            client.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException over) {
            // one of the two has left
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
