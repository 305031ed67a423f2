package io.tailrace.server.cursors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import io.tailrace.server.http.Duplex;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes on a cursor's socket: messages that mean something, or the code that ends it, however the bytes arrive. */
@Tag("R-74")
public class CursorMessageFuzzTest {

    private static final long BOUND = 131_072;
    private static final int PER_BYTE = 1_024;
    private static final int MAX_FRAMES = 12;
    private static final int WHOLE = 1 << 20;

    private static final String[] SAYINGS = {
        "{\"cursor\":{\"x\":1.50,\"y\":[true,null]}}",
        "{\"cursor\":null}",
        "{\"token\":\"a.b.c\"}",
        "{\"cursor\":null,\"token\":\"a.b.c\"}",
        "{\"cursor\":{},\"token\":null}",
        "{\"\\u0063ursor\":{}}",
        "{ \"cursor\" : {\"token\":\"cursor\"} }",
        "{\"cursor\":{\"long\":\"" + "é".repeat(260) + "\"}}",
        "{}"
    };

    @Test
    void whatIsSaidIsUnderstoodOrEndsTheSocket() {
        Fuzzing.run(CursorMessageFuzzTest.class);
    }

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        int piece = data.consumeInt(1, 64);
        said(data.pickValue(SAYINGS));
        said(new String(data.consumeBytes(600), StandardCharsets.UTF_8));
        byte[] bytes = data.consumeBoolean() ? frames(data) : data.consumeRemainingAsBytes();
        var whole = outcome(bytes, WHOLE);
        Cost.atMost(BOUND + (long) PER_BYTE * bytes.length, () -> assertThat(outcome(bytes, 1))
                .isEqualTo(whole));
        assertThat(outcome(bytes, piece)).isEqualTo(whole);
        whole.forEach(line -> {
            if (line.startsWith("Text ")) {
                said(line.substring(5));
            }
        });
    }

    // Frames

    /** Frames as a client makes them, with a mask and lengths of each size, good and bad. */
    private static byte[] frames(FuzzedDataProvider data) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < MAX_FRAMES && data.remainingBytes() > 0; i++) {
            int first = data.consumeBoolean()
                    ? data.pickValue(new int[] {0x81, 0x01, 0x80, 0x00, 0x89})
                    : data.consumeByte();
            byte[] payload = data.consumeBoolean()
                    ? data.pickValue(SAYINGS).getBytes(StandardCharsets.UTF_8)
                    : data.consumeBytes(data.consumeInt(0, 200));
            int filling = data.consumeBoolean() ? 0 : data.consumeInt(0, Frames.MAX_MESSAGE + 1);
            out.writeBytes(RawSocket.encoded(first, Arrays.copyOf(payload, payload.length + filling)));
        }
        return out.toByteArray();
    }

    /** What the bytes say when they come in pieces of this size: messages, then how it ended. */
    private static List<String> outcome(byte[] bytes, int piece) {
        var said = new ArrayList<String>();
        var frames = new Frames(new Pieces(bytes, piece));
        try {
            for (var next = frames.next(1); next != null; next = frames.next(1)) {
                switch (next) {
                    case Frames.Incoming.Text(String text) -> said.add("Text " + text);
                    case Frames.Incoming.Ping(byte[] payload) -> said.add("Ping " + Arrays.toString(payload));
                    case Frames.Incoming.Pong() -> said.add("Pong");
                    case Frames.Incoming.Close() -> said.add("Close");
                    case Frames.Incoming.Part() -> {}
                }
            }
            said.add("end");
        } catch (Violation violation) {
            said.add(violation.code().label());
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return said;
    }

    private static final class Pieces implements Duplex {

        private final byte[] bytes;
        private final int piece;
        private int at;

        Pieces(byte[] bytes, int piece) {
            this.bytes = bytes;
            this.piece = piece;
        }

        @Override
        public byte @Nullable [] read(int millis) {
            if (at == bytes.length) {
                return null;
            }
            int end = Math.min(bytes.length, at + piece);
            byte[] next = Arrays.copyOfRange(bytes, at, end);
            at = end;
            return next;
        }

        @Override
        public void write(byte[] bytes) {
            throw new AssertionError("a reader writes nothing");
        }

        @Override
        public void abort() {}
    }

    // Messages

    /** The meaning of a message decides, and not how it is spelt. */
    private static void said(String text) {
        var said = parsed(text);
        try {
            assertThat(parsed(Json.parse(text).text())).isEqualTo(said);
        } catch (JsonFault nonsense) {
            assertThat(said).isNull();
        }
        if (said != null) {
            assertThat(said.token() == null || said.at().isNull()).isTrue();
            assertThat(said.at().isNull() || said.at().text().startsWith("{")).isTrue();
            assertThat(said.at().bytes()).isLessThanOrEqualTo(Cursor.MAX_BYTES);
            assertThat(parsed(JsonCodec.write(said))).isEqualTo(said);
        }
    }

    private static Cursor.@Nullable Said parsed(String text) {
        try {
            return Cursor.Said.parse(text);
        } catch (Violation violation) {
            assertThat(violation.code()).isEqualTo(CloseCode.POLICY);
            return null;
        }
    }
}
