package io.tailrace.field.network;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.field.network.Scissors.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network is as bad as it says, and no worse. */
@Tag("R-54")
class LineTest {

    private static final int PATIENCE_MILLIS = 10_000;

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Line line(Profile profile) {
        return Line.to(server.getLocalPort(), profile, 1);
    }

    /** The two ends of a connection through a line. */
    private record Ends(Socket client, Socket server) implements AutoCloseable {

        void say(String words) throws IOException {
            server.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
        }

        String hear(int bytes) throws IOException {
            return new String(client.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
        }

        /** All that comes until the connection ends, however it ends. */
        byte[] hearAll() throws IOException {
            var heard = new ByteArrayOutputStream();
            try {
                client.getInputStream().transferTo(heard);
            } catch (SocketTimeoutException silence) {
                throw silence;
            } catch (IOException reset) {
                // that was all
            }
            return heard.toByteArray();
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Ends through(Line line) throws IOException {
        var client = new Socket(InetAddress.getLoopbackAddress(), line.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        return new Ends(client, server.accept());
    }

    @Test
    void carriesBothWaysAndEnds() throws Exception {
        try (var line = line(Profile.PLAIN);
                var ends = through(line)) {
            ends.client().getOutputStream().write("question".getBytes(StandardCharsets.UTF_8));
            assertThat(ends.server().getInputStream().readNBytes(8)).asString().isEqualTo("question");
            ends.say("answer");
            ends.server().shutdownOutput();
            assertThat(ends.hearAll()).asString().isEqualTo("answer");
            assertThat(line.bytesDown()).isEqualTo(6);
            assertThat(line.bytesUp()).isEqualTo(8);
        }
    }

    @Test
    void takesTheTimeThatItsBitsAndItsDelayTake() throws Exception {
        var slow = new Profile("slow", 80_000, 0, Duration.ofMillis(200), Duration.ZERO, 0, Duration.ZERO);
        try (var line = line(slow);
                var ends = through(line)) {
            long start = System.nanoTime();
            ends.say("x".repeat(5_000));
            ends.hear(5_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("5,000 bytes at 80 kbit/s take half a second, and arrive 200 ms later")
                    .isBetween(Duration.ofMillis(690), Duration.ofMillis(3_000));
        }
    }

    @Test
    void stallsAtThePlacesThatItsSeedSays() {
        var stalling = new Profile("stalling", 0, 0, Duration.ZERO, Duration.ZERO, 0.1, Duration.ofSeconds(1));
        long whole = stalled(stalling, 5, 100_000);
        assertThat(stalled(stalling, 5, 100)).isEqualTo(whole);
        assertThat(stalled(stalling, 5, 77)).isEqualTo(whole);
        assertThat(stalled(stalling, 6, 100_000)).isNotEqualTo(whole);
        assertThat(whole).as("a tenth of 391 blocks").isBetween(25L, 55L);
    }

    /** Seconds that 100,000 bytes are held up, when they come in reads of this size at once. */
    private static long stalled(Profile profile, long seed, int read) {
        var time = new AtomicLong(7);
        var pacer = new Pacer(0, profile, seed, time::get);
        long due = 0;
        for (int left = 100_000; left > 0; left -= read) {
            due = pacer.due(Math.min(read, left));
        }
        return Duration.ofNanos(due - time.get()).toSeconds();
    }

    @ParameterizedTest
    @EnumSource
    void cutsAtEveryByteOfAMessage(Ending ending) throws Exception {
        var before = "n".repeat(Pipe.PACKET - 3) + "nothinothin";
        var message = "nothing: ä\r\n€";
        int bytes = message.getBytes(StandardCharsets.UTF_8).length;
        for (int offset = 0; offset <= bytes - "nothing".length(); offset++) {
            try (var line = line(Profile.PLAIN);
                    var ends = through(line)) {
                line.cutAt(new Scissors("nothing", offset, ending));
                ends.say(before + message + "never seen");

                assertThat(ends.hearAll()).hasSize(before.length() + "nothing".length() + offset);
                assertThat(line.isCut()).isTrue();
            }
        }
    }

    @Test
    void cutsOnceAndCarriesWhatComesNext() throws Exception {
        try (var line = line(Profile.PLAIN)) {
            line.cutAt(new Scissors("", 3, Ending.FINISH));
            try (var ends = through(line)) {
                ends.say("12345");
                assertThat(ends.hearAll()).asString().isEqualTo("123");
            }
            try (var ends = through(line)) {
                ends.say("12345");
                assertThat(ends.hear(5)).isEqualTo("12345");
            }
            assertThat(line.connections()).isEqualTo(2);
        }
    }

    @Test
    void isMuteWithoutAnEnd() throws Exception {
        try (var line = line(Profile.PLAIN);
                var ends = through(line)) {
            ends.say("1");
            assertThat(ends.hear(1)).isEqualTo("1");
            line.mute();
            ends.say("2");
            ends.client().setSoTimeout(300);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> ends.hear(1))
                    .isInstanceOf(SocketTimeoutException.class);
            try (var later = through(line)) {
                later.say("3");
                assertThat(later.hear(1)).isEqualTo("3");
            }
        }
    }

    @Test
    void freezesAndThenCarriesWhatWasSent() throws Exception {
        try (var line = line(Profile.PLAIN);
                var ends = through(line)) {
            line.freeze(Duration.ofMillis(500));
            long start = System.nanoTime();
            ends.say("1");
            assertThat(ends.hear(1)).isEqualTo("1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(490));
        }
    }

    @Test
    void refusesWhileItIsUnplugged() throws Exception {
        try (var line = line(Profile.PLAIN)) {
            try (var ends = through(line)) {
                line.unplug();
                assertThat(ends.hearAll()).isEmpty();
            }
            try (var client = new Socket(InetAddress.getLoopbackAddress(), line.port())) {
                client.setSoTimeout(PATIENCE_MILLIS);
                assertThat(new Ends(client, client).hearAll()).isEmpty();
            }
            line.plugIn();
            try (var ends = through(line)) {
                ends.say("1");
                assertThat(ends.hear(1)).isEqualTo("1");
            }
        }
    }

    @Test
    void holdsUpASenderWhoseReaderDoesNotRead() throws Exception {
        try (var line = line(Profile.PLAIN);
                var ends = through(line)) {
            ends.client().setReceiveBufferSize(16 << 10);
            var sent = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                try {
                    byte[] chunk = new byte[1 << 10];
                    while (true) {
                        ends.server().getOutputStream().write(chunk);
                        sent.addAndGet(chunk.length);
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            var seen = new AtomicLong(-1);
            eventually(() -> {
                long before = seen.getAndSet(sent.get());
                assertThat(before).as("nothing more is taken").isPositive().isEqualTo(sent.get());
                Thread.onSpinWait();
            });
            assertThat(sent.get()).as("bytes that somebody holds").isLessThan(8 << 20);
        }
    }
}
