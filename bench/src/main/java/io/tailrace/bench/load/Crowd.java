package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * People who point: each on a WebSocket of its own, moving its cursor so often, and hearing of all others. Public methods
 * from any thread; everything else on one loop.
 */
public final class Crowd implements AutoCloseable {

    private static final byte[] MARK = "\"t\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MASK = {0, 0, 0, 0};

    private final Loop loop = Loop.start("crowd");
    private final Histogram micros = Tally.histogram();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong gone = new AtomicLong();
    private final List<Person> people = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * Where one connects, and what it asks.
     *
     * @param handshake the request for the upgrade
     */
    public record Place(InetSocketAddress to, byte[] handshake) {}

    /** @param every from one move of a person to the next */
    public Crowd(List<Place> places, Duration every) {
        loop.execute(() -> {
            for (Place place : places) {
                var person = new Person(every);
                people.add(person);
                loop.connect("127.0.0.1", place.to, new Begin(person, place.handshake));
            }
        });
    }

    /** Sockets that are open. */
    public int open() {
        return open.get();
    }

    /** Frames that came. */
    public long frames() {
        return frames.get();
    }

    /** Sockets that ended by themselves. */
    public long gone() {
        return gone.get();
    }

    /** From a move to when another one heard of it; starts anew. */
    public Histogram takeMicros() {
        return loop.ask(() -> {
            var copy = micros.copy();
            micros.reset();
            return copy;
        });
    }

    @Override
    public void close() {
        stopped = true;
        loop.close();
    }

    /** Sends the handshake once there is a connection. */
    private record Begin(Person person, byte[] handshake) implements Link.Listener {

        @Override
        public void connected(Link link) {
            person.link = link;
            link.send(ByteBuffer.wrap(handshake));
        }

        @Override
        public void received(byte[] bytes, int from, int to) {
            person.received(bytes, from, to);
        }

        @Override
        public void gone() {
            person.ended();
        }
    }

    /** One of them. */
    private final class Person {
        private final Duration every;
        private @Nullable Link link;
        private boolean upgraded;
        private int headMatched;
        private int matched;
        private boolean inNumber;
        private long number;

        Person(Duration every) {
            this.every = every;
        }

        void received(byte[] bytes, int from, int to) {
            int at = from;
            while (!upgraded && at < to) {
                headMatched = bytes[at] == "\r\n\r\n".charAt(headMatched) ? headMatched + 1 : bytes[at] == '\r' ? 1 : 0;
                at++;
                if (headMatched == 4) {
                    upgraded = true;
                    open.incrementAndGet();
                    loop.after(every, this::move);
                }
            }
            scan(bytes, at, to);
        }

        /** Finds the times of moves, wherever frames begin: they stand nowhere else. A frame has one `left`. */
        private void scan(byte[] bytes, int from, int to) {
            long now = System.nanoTime();
            for (int at = from; at < to; at++) {
                byte b = bytes[at];
                if (inNumber) {
                    if (b >= '0' && b <= '9') {
                        number = number * 10 + b - '0';
                        continue;
                    }
                    Tally.record(micros, number, now);
                    inNumber = false;
                }
                if (b == MARK[matched]) {
                    if (++matched == MARK.length) {
                        matched = 0;
                        number = 0;
                        inNumber = true;
                    }
                } else {
                    matched = b == MARK[0] ? 1 : 0;
                }
                if (b == '}' && at + 1 == to) {
                    frames.incrementAndGet();
                }
            }
        }

        private void move() {
            if (stopped || link == null) {
                return;
            }
            link.send(text("{\"cursor\":{\"x\":123,\"y\":456,\"t\":" + System.nanoTime() + "}}"));
            loop.after(every, this::move);
        }

        void ended() {
            gone.incrementAndGet();
        }
    }

    /** A masked text frame; the mask of zeros is one that costs nothing. */
    private static ByteBuffer text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + MASK.length + utf8.length)
                .put((byte) 0x81)
                .put((byte) (0x80 | utf8.length))
                .put(MASK)
                .put(utf8)
                .flip();
    }
}
