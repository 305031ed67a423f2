package io.tailrace.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** A {@link Link} that is a socket of a {@link Loop}. */
final class SocketLink implements Link {

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Listener listener;
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>(1);
    private boolean stalled;
    private boolean over;

    SocketLink(SocketChannel channel, SelectionKey key, Listener listener) {
        this.channel = channel;
        this.key = key;
        this.listener = listener;
    }

    /** Connects: on this machine a refusal may come at once. */
    void begin(InetSocketAddress to) {
        try {
            if (over) {
                return;
            }
            if (channel.connect(to)) {
                connected();
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
            }
        } catch (IOException e) {
            fail();
        }
    }

    private void connected() {
        interest();
        listener.connected(this);
    }

    @Override
    public void send(ByteBuffer bytes) {
        unsent.add(bytes);
        if (unsent.size() == 1) {
            flush();
        }
    }

    @Override
    public void stall() {
        stalled = true;
        interest();
    }

    @Override
    public void close() {
        over = true;
        try {
            channel.close();
        } catch (IOException e) {
            // closed enough
        }
    }

    void ready(ByteBuffer direct, byte[] bytes) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                connected();
                return;
            }
            if (key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                read(direct, bytes);
            }
        } catch (IOException e) {
            fail();
        }
    }

    private void read(ByteBuffer direct, byte[] bytes) throws IOException {
        direct.clear();
        int count = channel.read(direct);
        if (count < 0) {
            fail();
            return;
        }
        direct.flip();
        direct.get(bytes, 0, count);
        listener.received(bytes, 0, count);
    }

    private void flush() {
        try {
            while (!unsent.isEmpty()) {
                channel.write(unsent.getFirst());
                if (unsent.getFirst().hasRemaining()) {
                    break;
                }
                unsent.removeFirst();
            }
            interest();
        } catch (IOException e) {
            fail();
        }
    }

    private void interest() {
        if (key.isValid()) {
            int wanted = (stalled ? 0 : SelectionKey.OP_READ) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE);
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }
    }

    /** A channel that cannot connect closes itself; so it is not asked. */
    private void fail() {
        if (!over) {
            close();
            listener.gone();
        }
    }
}
