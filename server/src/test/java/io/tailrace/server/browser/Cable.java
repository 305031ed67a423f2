package io.tailrace.server.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way from a browser to a node, that a test may cut: everything that goes through it breaks off, whoever in the
 * browser it belongs to, and nothing goes through until it is mended. Or it loses only what the node says, or its answers
 * to some requests.
 *
 * <p>One thread accepts; two for each connection carry bytes. What a test sets is volatile.
 */
final class Cable implements AutoCloseable {

    /** Requests that write events, as they begin. */
    static final String WRITES = "POST /v1/(writes|channels/[^/]+/events) ";

    private static final int BUFFER = 16_384;

    private final int target;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();
    private volatile Way way = new Way(false, false, null, false);

    /**
     * How the way is.
     *
     * @param cut whether nothing goes through
     * @param deaf whether nothing comes back
     * @param losing requests whose answers do not come back, as they begin
     * @param breaking whether a connection ends in place of such an answer, rather than going mute
     */
    private record Way(boolean cut, boolean deaf, @Nullable Pattern losing, boolean breaking) {}

    private Cable(int target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    /** Lays one to the node at this port. */
    static Cable to(int port) throws IOException {
        var cable = new Cable(port, new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().start(cable::accept);
        return cable;
    }

    /** Where the board is behind it: a page there goes to no other node. */
    String to(String board, String token) {
        return origin() + "/?board=" + board + "#token=" + token;
    }

    String origin() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void cut() {
        way = new Way(true, false, null, false);
        closeAll();
    }

    /** Lets everything get lost that the node says; what the browser says arrives. */
    void deafen() {
        way = new Way(false, true, null, false);
    }

    /** Lets the answers to requests that begin so get lost, without a word; the requests arrive. */
    void loseAnswersTo(String pattern) {
        way = new Way(false, false, Pattern.compile(pattern), false);
    }

    /**
     * Ends connections when they are about to bring answers to requests that begin so; the requests arrive. What is open
     * ends as well: a stream would go on.
     */
    void breakOffAnswersTo(String pattern) {
        way = new Way(false, false, Pattern.compile(pattern), true);
        closeAll();
    }

    /** Requests whose answers were lost, as far as they came in one piece. */
    List<String> lost() {
        return List.copyOf(lost);
    }

    /** All goes through again; what waits for an answer that was lost learns that it will not come. */
    void mend() {
        way = new Way(false, false, null, false);
        closeAll();
    }

    private void closeAll() {
        sockets.forEach(Cable::close);
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var browser = server.accept();
                if (way.cut()) {
                    close(browser);
                } else {
                    connect(browser);
                }
            } catch (IOException closed) {
                // the next round sees whether it was this one's end
            }
        }
    }

    private void connect(Socket browser) throws IOException {
        var node = new Socket();
        sockets.add(browser);
        sockets.add(node);
        try {
            node.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target));
        } catch (IOException refused) {
            close(browser);
            throw refused;
        }
        var connection = new Connection();
        Thread.ofVirtual().start(() -> carry(browser, node, connection::asks));
        Thread.ofVirtual().start(() -> carry(node, browser, connection::answers));
    }

    /** What a connection does with what comes from one side. */
    @FunctionalInterface
    private interface Passage {
        /** Whether it goes on to the other side. */
        boolean passes(byte[] buffer, int length) throws IOException;
    }

    private final class Connection {

        private volatile boolean losing;

        boolean asks(byte[] buffer, int length) {
            var pattern = way.losing();
            var text = new String(buffer, 0, length, ISO_8859_1);
            if (pattern != null && pattern.matcher(text).lookingAt()) {
                losing = true;
                lost.add(text);
            }
            return true;
        }

        boolean answers(byte[] buffer, int length) throws IOException {
            if (losing && way.breaking()) {
                throw new IOException("broken off");
            }
            return !losing && !way.deaf();
        }
    }

    private void carry(Socket from, Socket to, Passage passage) {
        var buffer = new byte[BUFFER];
        try (from;
                to) {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (passage.passes(buffer, length)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException broken) {
            // the other direction ends with it
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // it is
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
    }
}
