package io.tailrace.server.cursors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.cursors.Canvas.Moved;
import io.tailrace.server.cursors.Cursor.Owner;
import io.tailrace.server.cursors.Cursor.Told;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One canvas and what other nodes tell it. */
@Tag("R-33")
class CanvasTest {

    private static final Owner NOBODY = new Owner("nobody", null);

    private final AtomicLong now = new AtomicLong();
    private final Canvas here = canvas("a");
    private final Canvas there = canvas("b");

    private Canvas canvas(String node) {
        return new Canvas(node, "run-" + node, now::get, () -> Instant.ofEpochSecond(1_000)
                .plusNanos(now.get()));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static Json at(int x) {
        return new Json("{\"x\":" + x + "}");
    }

    private static void tell(Canvas from, Canvas to) {
        carry(from.news(), to);
    }

    private static void carry(byte @Nullable [] message, Canvas to) {
        to.heard(JsonCodec.read(Objects.requireNonNull(message), Told.class));
    }

    private static String seen(Canvas canvas, long since) {
        byte[] json = canvas.since(since, NOBODY).json();
        return json == null ? "" : new String(json, StandardCharsets.UTF_8).replaceAll(",\"at\":\"[^\"]*\"", "");
    }

    @Test
    void aSocketIsSentWhatIsNewToIt() {
        var ada = new Owner("ada", null);
        assertThat(here.move(ada, at(1))).isEqualTo(Moved.TAKEN);
        assertThat(here.move(ada, at(2))).isEqualTo(Moved.MERGED);
        long first = here.since(0, NOBODY).version();
        assertThat(seen(here, 0)).isEqualTo("{\"cursors\":[{\"user\":\"ada\",\"cursor\":{\"x\":2}}],\"left\":[]}");
        assertThat(seen(here, first)).isEmpty();
        assertThat(here.since(0, ada).json()).isNull();
        here.move(ada, Json.NULL);
        assertThat(seen(here, first)).isEqualTo("{\"cursors\":[],\"left\":[{\"user\":\"ada\"}]}");
        assertThat(seen(here, 0)).isEmpty();
        assertThat(here.move(ada, Json.NULL)).isEqualTo(Moved.IGNORED);
    }

    @Test
    void aMessagePerTickTellsTheOtherNodeTheLatest() {
        for (int i = 0; i < 10; i++) {
            here.move(new Owner("ada", "phone"), at(i));
        }
        tell(here, there);
        assertThat(here.news()).isNull();
        assertThat(seen(there, 0)).contains("\"device\":\"phone\",\"cursor\":{\"x\":9}");
        assertThat(there.news()).isNull();
    }

    @Test
    void aLostMessageCostsNoLongerThanARepeat() {
        here.move(new Owner("ada", null), at(1));
        here.move(new Owner("bob", null), at(1));
        tell(here, there);
        here.move(new Owner("ada", null), at(2));
        here.move(new Owner("bob", null), Json.NULL);
        here.news(); // lost
        assertThat(here.repeat()).isNull();
        pass(Canvas.REPEAT);
        carry(here.repeat(), there);
        assertThat(seen(there, 0)).isEqualTo("{\"cursors\":[{\"user\":\"ada\",\"cursor\":{\"x\":2}}],\"left\":[]}");
    }

    @Test
    @Tag("R-54")
    void aNodeThatFellSilentLeavesNoGhost() {
        here.move(new Owner("ada", null), at(1));
        tell(here, there);
        long seen = there.since(0, NOBODY).version();
        pass(Canvas.SILENCE.minusMillis(1));
        assertThat(there.sweep()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(there.sweep()).isTrue();
        assertThat(seen(there, seen)).contains("\"left\":[{\"user\":\"ada\"}]");
    }

    @Test
    void aNodeThatStartedAnewHasNothingOfBefore() {
        here.move(new Owner("ada", null), at(1));
        tell(here, there);
        var again = new Canvas("a", "run-2", now::get, () -> Instant.ofEpochSecond(2_000));
        again.move(new Owner("bob", null), at(1));
        tell(again, there);
        assertThat(seen(there, 0)).contains("bob").doesNotContain("ada");
    }

    @Test
    void whatComesLateDoesNotUndoWhatIsNewer() {
        here.move(new Owner("ada", null), at(1));
        byte[] old = here.news();
        pass(Duration.ofMillis(10));
        here.move(new Owner("ada", null), at(2));
        tell(here, there);
        carry(old, there);
        assertThat(seen(there, 0)).contains("{\"x\":2}");
    }

    @Test
    void isBounded() {
        for (int i = 0; i < Canvas.MAX_CURSORS; i++) {
            assertThat(here.move(new Owner("u" + i, null), at(1))).isEqualTo(Moved.TAKEN);
        }
        assertThat(here.move(new Owner("one more", null), at(1))).isEqualTo(Moved.IGNORED);
        assertThat(here.move(new Owner("u0", null), at(2))).isEqualTo(Moved.MERGED);
        here.move(new Owner("u1", null), Json.NULL);
        assertThat(here.move(new Owner("one more", null), at(1))).isEqualTo(Moved.TAKEN);
    }

    @Test
    void whoIsTooFarBehindHasToStartAnew() {
        here.move(new Owner("ada", null), at(1));
        long seen = here.since(0, NOBODY).version();
        here.move(new Owner("ada", null), Json.NULL);
        assertThat(here.tooOld(seen)).isFalse();
        pass(Duration.ofMinutes(2));
        here.sweep();
        assertThat(here.tooOld(seen)).isTrue();
        assertThat(here.tooOld(0)).isFalse();
    }
}
