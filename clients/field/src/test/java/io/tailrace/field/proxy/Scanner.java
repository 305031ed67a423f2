package io.tailrace.field.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What companies put beside their proxy: an ICAP service (RFC 3507) that takes an answer in until it is complete,
 * looks at it, and only then hands it back, as it was. A thread for each connection; close it.
 */
final class Scanner implements AutoCloseable {

    /** Bytes of an answer that it takes at most; longer ones are cut off. */
    private static final int LONGEST = 4 << 20;

    private static final Pattern BODY_AT = Pattern.compile("(?i)encapsulated:.*?(res-body|null-body)=(\\d+)");
    private static final Pattern HEAD_AT = Pattern.compile("(?i)encapsulated:.*?res-hdr=(\\d+)");
    private static final String TAG = "ISTag: \"tailrace-1\"\r\n";

    private final ServerSocket listener;

    private Scanner(ServerSocket listener) {
        this.listener = listener;
    }

    static Scanner start() throws IOException {
        var scanner = new Scanner(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("scanner").start(scanner::accept);
        return scanner;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("scanner-connection").start(() -> serve(client));
            }
        } catch (IOException closed) {
            // that is how it ends
        }
    }

    private static void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            for (var head = block(in); !head.isEmpty(); head = block(in)) {
                client.getOutputStream().write(head.startsWith("OPTIONS") ? options() : scan(head, in));
                client.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // nobody waits for it
        }
    }

    private static byte[] options() {
        return ("ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\n" + TAG + "Encapsulated: null-body=0\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] scan(String head, InputStream in) throws IOException {
        var body = BODY_AT.matcher(head);
        var from = HEAD_AT.matcher(head);
        if (!body.find() || !from.find()) {
            throw new IOException("nothing to look at");
        }
        byte[] heads = in.readNBytes(Integer.parseInt(body.group(2)));
        int start = Integer.parseInt(from.group(1));
        boolean bodyless = body.group(1).startsWith("null");
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(("ICAP/1.0 200 OK\r\n" + TAG + "Encapsulated: res-hdr=0, " + body.group(1) + "="
                        + (heads.length - start) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        answer.write(heads, start, heads.length - start);
        if (!bodyless) {
            chunks(in, answer);
        }
        return answer.toByteArray();
    }

    /** Copies a chunked body, once all of it is there. */
    private static void chunks(InputStream in, ByteArrayOutputStream to) throws IOException {
        while (true) {
            var line = line(in);
            if (line.isEmpty()) {
                throw new IOException("the proxy has given the answer up");
            }
            int size = Integer.parseInt(line.split(";", -1)[0].strip(), 16);
            to.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            to.writeBytes(in.readNBytes(size));
            to.writeBytes((line(in) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (size == 0) {
                return;
            }
            if (to.size() > LONGEST) {
                throw new IOException("longer than anything we look at");
            }
        }
    }

    /** Lines up to an empty one; empty at the end of the connection. */
    private static String block(InputStream in) throws IOException {
        var block = new StringBuilder();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            block.append(line).append("\r\n");
        }
        return block.toString();
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
