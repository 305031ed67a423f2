package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.Gunzip;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What it writes is what the JDK's inflater reads, write by write. */
class DeflateTest {

    private final Inflater inflater = new Inflater(true);

    private byte[] inflated(ByteBuffer packed) throws DataFormatException {
        inflater.setInput(packed);
        var out = new ByteArrayOutputStream();
        var buffer = new byte[4_096];
        for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    /** Alphabets of one to all bytes, sizes from nothing to more than the window and more than a stored block. */
    @RepeatedTest(40)
    void eachWriteCanBeReadAtOnce(RepetitionInfo repetition) throws DataFormatException {
        var random = new Random(repetition.getCurrentRepetition());
        var deflate = new Deflate();
        int alphabet = 1 + random.nextInt(256);
        for (int write = 0; write < 60; write++) {
            var bytes = new byte[random.nextInt(write % 10 == 0 ? 70_000 : 3_000)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(alphabet));
            }
            var packed = write % 7 == 6 ? deflate.store(bytes) : deflate.pack(bytes);
            assertThat(inflated(packed)).isEqualTo(bytes);
        }
        assertThat(inflated(Deflate.end())).isEmpty();
        assertThat(inflater.finished()).isTrue();
    }

    @Test
    void findsWhatLiesAWindowBackAndNotFurther() throws DataFormatException {
        var deflate = new Deflate();
        var noise = new byte[Deflate.WINDOW];
        new Random(1).nextBytes(noise);
        assertThat(inflated(deflate.pack(noise))).isEqualTo(noise);
        var again = deflate.pack(noise);
        assertThat(again.remaining()).as("all of it is in the window").isLessThan(Deflate.WINDOW / 3);
        assertThat(inflated(again)).isEqualTo(noise);
        assertThat(inflated(deflate.pack(new byte[] {1}))).containsExactly(1);
        assertThat(inflated(deflate.pack(noise))).isEqualTo(noise);
    }

    @Test
    void aLongTimeDoesNotConfuseIt() throws DataFormatException {
        var deflate = new Deflate();
        var page = "data: {\"n\":7,\"text\":\"the same as before\"}\n\n"
                .repeat(1_500)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(inflated(deflate.pack(page))).isEqualTo(page);
        for (long total = 0; total < 4L << 20; total += page.length) {
            var packed = deflate.pack(page);
            assertThat(packed.remaining()).isLessThan(page.length / 20);
            assertThat(inflated(packed)).hasSize(page.length);
        }
        assertThat(inflated(deflate.pack(page))).isEqualTo(page);
    }

    /** Events as a board writes them: what bench measures, without a network. */
    @Test
    void eventsBecomeAThirdOfTheirSize() {
        var random = new Random(5);
        var gzip = new Gzip(() -> {});
        var gunzip = new Gunzip();
        var buffer = SseBuffer.ofStream();
        long plain = 0;
        long packed = 0;
        for (int seq = 1; seq <= 2_000; seq++) {
            var event = "id: " + seq + "\ndata: {\"channel\":\"board:roadmap\",\"seq\":" + seq
                    + ",\"type\":\"card.moved\",\"key\":\"card:" + random.nextInt(200) + "\",\"ref\":\""
                    + Long.toHexString(random.nextLong() | 1L << 63).substring(4)
                    + "\",\"data\":{\"column\":\"doing\",\"index\":" + random.nextInt(50)
                    + "},\"by\":\"user" + random.nextInt(30) + "\",\"at\":\"2026-11-23T08:00:"
                    + (10 + random.nextInt(50)) + "." + (100_000 + random.nextInt(900_000)) + "Z\"}\n\n";
            buffer.bytes(StandardCharsets.UTF_8.encode(event));
            plain += buffer.size();
            gzip.pack(buffer);
            packed += buffer.size();
            assertThat(new String(gunzip.more(buffer.take()), StandardCharsets.UTF_8))
                    .isEqualTo(event);
        }
        gzip.end(buffer);
        assertThat(gunzip.more(buffer.take())).isEmpty();
        assertThat(gunzip.whole()).isTrue();
        System.out.println("bytes per event: " + plain / 2_000 + " as they are, " + packed / 2_000 + " compressed, "
                + Gzip.STREAM_BYTES + " held per stream");
        assertThat(packed * 3).isLessThan(plain);
    }

    @Test
    void itGivesItsPlaceBack() {
        var free = new AtomicInteger();
        new Gzip(free::incrementAndGet).close();
        assertThat(free.get()).isEqualTo(1);
    }
}
