package io.tailrace.bench.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The floor: what the kernel asks for one write per delivery, and little else. One thread; a GET follows its path, the
 * body of a POST goes as it is to everyone who follows the same path. It believes whatever it is told: nothing here is
 * an example of a server.
 */
final class Floor {

    private static final int BACKLOG = 4096;
    private static final int BUFFER = 64 * 1024;
    private static final byte[] STREAM =
            ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final byte[] TAKEN = ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    private final Selector selector;
    private final Map<String, List<Client>> channels = new HashMap<>();
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(BUFFER);

    private Floor(Selector selector) {
        this.selector = selector;
    }

    private static final class Client {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final StringBuilder request = new StringBuilder();
        private final ArrayDeque<ByteBuffer> behind = new ArrayDeque<>(1);
        private @Nullable List<Client> among;

        Client(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }
    }

    /** Serves on the port that is given, until it is ended. */
    public static void main(String[] arguments) throws IOException {
        try (var selector = Selector.open();
                var listener = ServerSocketChannel.open()) {
            listener.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            var floor = new Floor(selector);
            while (true) {
                selector.select(key -> floor.ready(key, listener));
            }
        }
    }

    private void ready(SelectionKey key, ServerSocketChannel listener) {
        if (!(key.attachment() instanceof Client client)) {
            accept(listener);
            return;
        }
        try {
            if (key.isWritable()) {
                flush(client);
            }
            if (key.isReadable()) {
                read(client);
            }
        } catch (IOException e) {
            leave(client);
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (var channel = listener.accept(); channel != null; channel = listener.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Client(channel, key));
            }
        } catch (IOException e) {
            System.err.println("cannot accept: " + e);
        }
    }

    private void read(Client client) throws IOException {
        input.clear();
        if (client.channel.read(input) < 0) {
            leave(client);
            return;
        }
        client.request.append(StandardCharsets.ISO_8859_1.decode(input.flip()));
        while (answered(client)) {
            // one request after another
        }
    }

    private boolean answered(Client client) throws IOException {
        var request = client.request;
        int head = request.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        var path = request.substring(request.indexOf(" ") + 1, request.indexOf(" HTTP/"));
        if (request.charAt(0) == 'G') {
            client.among = channels.computeIfAbsent(path, any -> new ArrayList<>());
            client.among.add(client);
            request.setLength(0);
            request.trimToSize();
            write(client, ByteBuffer.wrap(STREAM));
            return false;
        }
        int at = request.indexOf("Content-Length: ") + "Content-Length: ".length();
        int body = head + 4;
        int end = body + Integer.parseInt(request, at, request.indexOf("\r", at), 10);
        if (request.length() < end) {
            return false;
        }
        var event = "data: " + request.substring(body, end) + "\n\n";
        request.delete(0, end);
        publish(path, event);
        write(client, ByteBuffer.wrap(TAKEN));
        return true;
    }

    private void publish(String path, String event) {
        frame.clear();
        frame.put(ascii(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n"))
                .flip();
        for (var reader : List.copyOf(channels.getOrDefault(path, List.of()))) {
            try {
                write(reader, frame);
            } catch (IOException e) {
                leave(reader);
            }
            frame.rewind();
        }
    }

    private void write(Client client, ByteBuffer bytes) throws IOException {
        if (client.behind.isEmpty()) {
            client.channel.write(bytes);
        }
        if (bytes.hasRemaining()) {
            client.behind.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
            client.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private void flush(Client client) throws IOException {
        while (!client.behind.isEmpty()) {
            client.channel.write(client.behind.getFirst());
            if (client.behind.getFirst().hasRemaining()) {
                return;
            }
            client.behind.removeFirst();
        }
        client.key.interestOps(SelectionKey.OP_READ);
    }

    private static void leave(Client client) {
        try {
            client.channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
        if (client.among != null) {
            client.among.remove(client);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
