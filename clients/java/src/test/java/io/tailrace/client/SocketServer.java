package io.tailrace.client;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** As much of a WebSocket server (RFC 6455) as cursors need: short text messages, without fragments. */
final class SocketServer implements AutoCloseable {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final List<String> received = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile @Nullable Socket latest;

    /** Refuses to upgrade, with this status; 0: it does not. Signals get 202 all the same. */
    volatile int refuses;

    SocketServer() throws IOException {
        Daemon.named("socket-server", this::accept).start();
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                Daemon.named("socket", () -> serve(socket)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var head = head(in);
            var first = head.substring(0, head.indexOf('\r'));
            if (first.contains("/cursors") && refuses == 0) {
                requests.add(first);
                latest = socket;
                accept(socket, head);
                while (true) {
                    received.add(message(in));
                }
            }
            int length = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
            byte[] body = length < 0
                    ? new byte[0]
                    : in.readNBytes(Integer.parseInt(head.substring(length + 16, head.indexOf('\r', length))));
            requests.add(first + " " + new String(body, StandardCharsets.UTF_8));
            int status = first.contains("/cursors") ? refuses : first.contains("/stream") ? 503 : 202;
            socket.getOutputStream()
                    .write(("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (Exception left) {
            return;
        }
    }

    private static String head(DataInputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(in.readByte());
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static void accept(Socket socket, String head) throws Exception {
        int at = head.indexOf("Sec-WebSocket-Key: ") + 19;
        var key = head.substring(at, head.indexOf('\r', at)) + MAGIC;
        var accept = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII)));
        socket.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Protocol: tailrace.cursors.v1\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String message(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte() & 0x7F;
        length = length == 126 ? in.readUnsignedShort() : length;
        byte[] mask = in.readNBytes(4);
        byte[] bytes = in.readNBytes(length);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= mask[i % 4];
        }
        if (kind == 8) {
            throw new IOException("closed");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Sends a message of at most 125 bytes to the latest socket. */
    void say(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(0x81, bytes);
    }

    /** Closes the latest socket. */
    void end(int code) throws IOException {
        send(0x88, new byte[] {(byte) (code >> 8), (byte) code});
    }

    private void send(int first, byte[] bytes) throws IOException {
        OutputStream out = java.util.Objects.requireNonNull(latest).getOutputStream();
        var frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.write(bytes.length);
        frame.writeBytes(bytes);
        out.write(frame.toByteArray());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        var socket = latest;
        if (socket != null) {
            socket.close();
        }
    }
}
