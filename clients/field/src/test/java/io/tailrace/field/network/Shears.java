package io.tailrace.field.network;

import io.tailrace.field.network.Scissors.Cursor;
import io.tailrace.field.network.Scissors.Ending;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The scissors of a line as one of its connections meets them. They cut once, whichever connection comes there first.
 */
final class Shears {

    private final AtomicReference<Optional<Scissors>> ofLine;
    private @Nullable Scissors held;
    private @Nullable Cursor cursor;
    private Ending ending = Ending.RESET;

    Shears(AtomicReference<Optional<Scissors>> ofLine) {
        this.ofLine = ofLine;
    }

    /** How many of these bytes pass before the cut; -1: all. */
    int allow(byte[] bytes) {
        var current = ofLine.get();
        var scissors = current.orElse(null);
        if (scissors == null) {
            return -1;
        }
        if (cursor == null || held != scissors) {
            held = scissors;
            cursor = scissors.cursor();
        }
        int allowed = cursor.allow(bytes, bytes.length);
        if (allowed < 0 || !ofLine.compareAndSet(current, Optional.empty())) {
            return -1;
        }
        ending = scissors.ending();
        return allowed;
    }

    Ending ending() {
        return ending;
    }
}
