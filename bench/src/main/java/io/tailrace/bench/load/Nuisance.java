package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Clients that ask on a new connection each time, leave at the first word of the answer, and come back whatever it was.
 * They do what no answer tells them to: neither wait nor read. Public methods from any thread.
 */
public final class Nuisance implements AutoCloseable {

    /** From one visit to the next of the same client. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    private final Loop loop = Loop.start("nuisance");
    private final String from;
    private final InetSocketAddress to;
    private final List<ByteBuffer> requests = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();

    /**
     * Begins.
     *
     * @param from the address to come from
     * @param requests what is asked, in turn
     * @param clients how many
     */
    public Nuisance(String from, InetSocketAddress to, List<byte[]> requests, int clients) {
        this.from = from;
        this.to = to;
        requests.forEach(request -> this.requests.add(direct(request)));
        loop.execute(() -> {
            for (int i = 0; i < clients; i++) {
                new Visitor(i).visit();
            }
        });
    }

    /** Long requests are written in pieces; of bytes in the heap each piece would copy all that is left. */
    private static ByteBuffer direct(byte[] request) {
        return ByteBuffer.allocateDirect(request.length).put(request).flip();
    }

    /** One client; on the loop's thread. */
    private final class Visitor implements Link.Listener {

        private int turn;
        private @Nullable Link link;

        Visitor(int turn) {
            this.turn = turn;
        }

        void visit() {
            link = loop.connect(from, to, this);
        }

        @Override
        public void connected(Link connection) {
            connection.send(requests.get(turn++ % requests.size()).duplicate());
        }

        @Override
        public void received(byte[] bytes, int from, int to) {
            var status = STATUS.matcher(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
            boolean good = status.lookingAt() && status.group(1).startsWith("2");
            (good ? served : refused).incrementAndGet();
            if (link != null) {
                link.close();
            }
            loop.after(PAUSE, this::visit);
        }

        @Override
        public void gone() {
            cut.incrementAndGet();
            loop.after(PAUSE, this::visit);
        }
    }

    /** Visits that were answered with a status of 200 and more; of a stream that was put off, too. */
    public long served() {
        return served.get();
    }

    /** Visits that were refused. */
    public long refused() {
        return refused.get();
    }

    /** Visits that ended without an answer. */
    public long cut() {
        return cut.get();
    }

    @Override
    public void close() {
        loop.close();
    }
}
