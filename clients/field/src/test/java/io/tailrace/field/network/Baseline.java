package io.tailrace.field.network;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * The least that a WebSocket server can be (RFC 6455): sends texts to whoever has connected, and knows nothing of
 * what was missed. What streams are measured beside. Close it.
 */
final class Baseline implements AutoCloseable {

    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 0x81;
    private static final int TWO_BYTES_OF_LENGTH = 126;

    private final ServerSocket listener;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    private Baseline(ServerSocket listener) {
        this.listener = listener;
    }

    static Baseline start() throws IOException {
        var baseline = new Baseline(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("baseline").start(baseline::accept);
        return baseline;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many have connected. */
    int clients() {
        return clients.size();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                client.setTcpNoDelay(true);
                Thread.ofVirtual().name("baseline-client").start(() -> greet(client));
            }
        } catch (IOException closed) {
            // that is how it ends
        }
    }

    private void greet(Socket client) {
        try {
            var key = KEY.matcher(head(client.getInputStream()));
            if (!key.find()) {
                throw new IOException("not a WebSocket");
            }
            client.getOutputStream()
                    .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Accept: " + answer(key.group(1)) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            clients.add(client);
        } catch (IOException gone) {
            // it will be missed in the figures
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("it left");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String answer(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a text of up to 65,535 bytes to everybody. */
    void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        var frame = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(frame)) {
            out.write(TEXT);
            if (payload.length < TWO_BYTES_OF_LENGTH) {
                out.write(payload.length);
            } else {
                out.write(TWO_BYTES_OF_LENGTH);
                out.writeShort(payload.length);
            }
            out.write(payload);
        }
        for (var client : clients) {
            OutputStream out = client.getOutputStream();
            out.write(frame.toByteArray());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var client : clients) {
            client.close();
        }
    }
}
