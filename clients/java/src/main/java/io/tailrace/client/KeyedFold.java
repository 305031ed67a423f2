package io.tailrace.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each key: the latest event, and the own writes on top of it that are not settled. The latest is that
 * with the highest seq, in whatever order events, receipts and conflicts arrive; so they need not be applied in order, and
 * applying one twice changes nothing. Knows neither JSON nor network. Used on the loop.
 */
final class KeyedFold {

    private final Map<String, Event> latest = new HashMap<>();
    private final Map<String, Map<String, Write>> pending = new HashMap<>();
    private final Map<String, Outcome> lost = new HashMap<>();
    private long seq;
    private int epoch;
    private Set<String> changed = new LinkedHashSet<>();

    /** What is shown of a key. @param event null: none is known. @param top the latest own write; null: all are settled */
    record Shown(
            @Nullable Event event,
            @Nullable Write top,
            @Nullable Outcome lost) {}

    /** The last event of the tail that was applied. */
    long seq() {
        return seq;
    }

    /** Takes the keys whose state is another one since the last call. */
    Set<String> takeChanged() {
        var taken = changed;
        changed = new LinkedHashSet<>();
        return taken;
    }

    /** What is known of a key; null: nothing. */
    @Nullable
    Shown shown(String key) {
        var own = pending.get(key);
        Write top = null;
        if (own != null) {
            for (var write : own.values()) {
                top = write;
            }
        }
        var event = latest.get(key);
        var trouble = lost.get(key);
        return event == null && top == null && trouble == null ? null : new Shown(event, top, trouble);
    }

    /**
     * The state anew. What receipts have told beyond it stays, unless the log is another one.
     *
     * @param of the log's epoch
     */
    void snapshot(long at, int of, List<Event> items) {
        boolean sameLog = epoch == 0 || of == epoch;
        changed.addAll(latest.keySet());
        latest.values().removeIf(event -> !sameLog || event.seq() <= at);
        items.forEach(this::latest);
        seq = at;
        epoch = of;
    }

    void event(Event event) {
        seq = Math.max(seq, event.seq());
        latest(event);
    }

    private void latest(Event event) {
        var key = event.key();
        if (key == null) {
            return;
        }
        var before = latest.get(key);
        if (before == null || before.seq() < event.seq()) {
            latest.put(key, event);
            changed.add(key);
        }
    }

    /** An own write begins to wait. */
    void added(Write write) {
        var key = write.key();
        if (key != null) {
            pending.computeIfAbsent(key, k -> new LinkedHashMap<>()).put(write.idempotencyKey(), write);
            lost.remove(key);
            changed.add(key);
        }
    }

    /** An own write is settled: confirmed, or taken back. */
    void settled(Write write, Outcome outcome) {
        var key = write.key();
        var own = key == null ? null : pending.get(key);
        if (key == null || own == null || own.remove(write.idempotencyKey()) == null) {
            return;
        }
        if (own.isEmpty()) {
            pending.remove(key);
        }
        changed.add(key);
        if (outcome instanceof Outcome.Committed committed) {
            latest(committed.event());
        } else if (!(outcome instanceof Outcome.PassedOn)) {
            lost.put(key, outcome);
            if (outcome instanceof Outcome.Conflict conflict && conflict.current() != null) {
                latest(conflict.current());
            }
        }
    }

    /** The person has seen what was lost. */
    void dismiss(String key) {
        if (lost.remove(key) != null) {
            changed.add(key);
        }
    }

    /** Every key that something is known of. */
    List<String> keys() {
        var all = new LinkedHashSet<>(latest.keySet());
        all.addAll(pending.keySet());
        all.addAll(lost.keySet());
        return new ArrayList<>(all);
    }
}
