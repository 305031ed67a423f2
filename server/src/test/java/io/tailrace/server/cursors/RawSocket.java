package io.tailrace.server.cursors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A WebSocket client by hand, which may send what no library would. Close it. */
public final class RawSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 15_000;
    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final DataInputStream in;
    private int status;
    private String head = "";
    private int closeCode;

    private RawSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Asks for the upgrade as a client should, but for {@code headers}, which are lines. */
    public static RawSocket open(URI uri, String token, String... headers) throws IOException {
        return open(uri, token, 0, headers);
    }

    /** The same with a receive buffer of this size; 0: the usual one. */
    static RawSocket open(URI uri, String token, int receiveBuffer, String... headers) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        return over(socket, uri, token, headers);
    }

    /** The same over a connection that is there. */
    static RawSocket over(Socket socket, URI uri, String token, String... headers) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        var raw = new RawSocket(socket);
        var lines = new ArrayList<>(List.of(
                "GET " + uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()) + " HTTP/1.1",
                "Host: " + uri.getAuthority()));
        if (!token.isEmpty()) {
            lines.add("Authorization: Bearer " + token);
        }
        for (String standard : List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: tailrace.cursors.v1")) {
            String name = standard.substring(0, standard.indexOf(':') + 1);
            if (List.of(headers).stream().noneMatch(line -> line.startsWith(name))) {
                lines.add(standard);
            }
        }
        lines.addAll(List.of(headers));
        socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        raw.readHead();
        return raw;
    }

    private void readHead() throws IOException {
        var text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) in.readUnsignedByte());
        }
        head = text.toString();
        status = Integer.parseInt(head.split(" ")[1]);
    }

    /** The status of the answer: 101 when it is a WebSocket. */
    public int status() {
        return status;
    }

    String head() {
        return head;
    }

    /** Sends text, masked. */
    public void send(String text) throws IOException {
        frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a frame with this first byte, masked. */
    void frame(int first, byte[] payload) throws IOException {
        raw(encoded(first, payload));
    }

    static byte[] encoded(int first, byte[] payload) {
        var out = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            out.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        out.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ MASK[i % 4]));
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next text message; an exception at the end. Answers pings. */
    public JsonNode next() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = (int) in.readLong();
            }
            byte[] payload = in.readNBytes(length);
            switch (first & 0xf) {
                case 1 -> {
                    return new ObjectMapper().readTree(payload);
                }
                case 8 -> {
                    closeCode = ByteBuffer.wrap(payload).getShort() & 0xffff;
                    throw new EOFException("closed with " + closeCode);
                }
                case 9 -> frame(0x8a, payload);
                case 10 -> {
                    return new ObjectMapper().readTree("\"pong\"");
                }
                default -> throw new IOException("opcode " + (first & 0xf));
            }
        }
    }

    /** Reads to the end; the code of the close frame, 0 when there was none. */
    public int closed() {
        try {
            while (true) {
                next();
            }
        } catch (IOException end) {
            return closeCode;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
