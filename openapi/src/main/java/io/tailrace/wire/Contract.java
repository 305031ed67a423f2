package io.tailrace.wire;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace promises about its channels: design section 5, requirement R-01.
 *
 * @param durability whether events are kept
 * @param state what a snapshot holds
 * @param retention how long events stay
 * @param replayWindow how much a stream replays before it says {@code snapshot.required}
 * @param presence whether channels have a member list
 * @param cursors whether channels have cursors
 * @param signals whether readers may be sent signals
 * @param receipts whether read markers are kept; never in an ephemeral channel, which keeps nothing to have read
 * @param maxEventBytes bytes of {@code data} in its compact form, 1 to {@value #MAX_EVENT_BYTES}
 * @param writeRate events per second and channel, 1 to {@value #MAX_WRITE_RATE}
 * @param conflict what concurrent writes to one key mean
 * @param create whether a first write makes the channel
 * @param schemas JSON Schema 2020-12 by event type; a type without one is free
 */
public record Contract(
        Durability durability,
        State state,
        Retention retention,
        ReplayWindow replayWindow,
        boolean presence,
        boolean cursors,
        boolean signals,
        boolean receipts,
        int maxEventBytes,
        int writeRate,
        Conflict conflict,
        Create create,
        Map<String, Json> schemas) {

    /** Bytes of {@code data} that any contract may allow. */
    public static final int MAX_EVENT_BYTES = 1_048_576;

    /** Events per second and channel that any contract may allow. */
    public static final int MAX_WRITE_RATE = 100_000;

    /** What a namespace has that nobody configured: durable, without state, everything at its default. */
    public static final Contract DEFAULT = standard(Durability.DURABLE, State.NONE, false, true);

    private static final Map<String, Contract> BUILT_IN = Map.of(
            "board", standard(Durability.DURABLE, State.KEYED, true, true),
            "chat", DEFAULT,
            "doc", standard(Durability.DURABLE, State.DOCUMENT, true, true),
            "notify", standard(Durability.DURABLE, State.NONE, false, false),
            "pulse", standard(Durability.EPHEMERAL, State.NONE, false, false));

    /** @throws IllegalArgumentException when a number is out of its bounds */
    public Contract {
        if (maxEventBytes < 1 || maxEventBytes > MAX_EVENT_BYTES) {
            throw new IllegalArgumentException("max_event_bytes is 1 to " + MAX_EVENT_BYTES);
        }
        if (receipts && durability == Durability.EPHEMERAL) {
            throw new IllegalArgumentException("an ephemeral channel keeps no receipts");
        }
        if (writeRate < 1 || writeRate > MAX_WRITE_RATE) {
            throw new IllegalArgumentException("write_rate is 1 to " + MAX_WRITE_RATE);
        }
        schemas = Map.copyOf(schemas);
        schemas.forEach(Contract::requireSchema);
    }

    /** A contract from JSON: what was not sent, or sent as {@code null}, is that of {@link #DEFAULT}. */
    @JsonCreator
    static Contract of(
            @JsonProperty("durability") @Nullable Durability durability,
            @JsonProperty("state") @Nullable State state,
            @JsonProperty("retention") @Nullable Retention retention,
            @JsonProperty("replay_window") @Nullable ReplayWindow replayWindow,
            @JsonProperty("presence") @Nullable Boolean presence,
            @JsonProperty("cursors") @Nullable Boolean cursors,
            @JsonProperty("signals") @Nullable Boolean signals,
            @JsonProperty("receipts") @Nullable Boolean receipts,
            @JsonProperty("max_event_bytes") @Nullable Integer maxEventBytes,
            @JsonProperty("write_rate") @Nullable Integer writeRate,
            @JsonProperty("conflict") @Nullable Conflict conflict,
            @JsonProperty("create") @Nullable Create create,
            @JsonProperty("schemas") @Nullable Map<String, Json> schemas) {
        return new Contract(
                requireNonNullElse(durability, DEFAULT.durability),
                requireNonNullElse(state, DEFAULT.state),
                requireNonNullElse(retention, DEFAULT.retention),
                requireNonNullElse(replayWindow, DEFAULT.replayWindow),
                requireNonNullElse(presence, DEFAULT.presence),
                requireNonNullElse(cursors, DEFAULT.cursors),
                requireNonNullElse(signals, DEFAULT.signals),
                requireNonNullElse(receipts, durability != Durability.EPHEMERAL),
                requireNonNullElse(maxEventBytes, DEFAULT.maxEventBytes),
                requireNonNullElse(writeRate, DEFAULT.writeRate),
                requireNonNullElse(conflict, DEFAULT.conflict),
                requireNonNullElse(create, DEFAULT.create),
                requireNonNullElse(schemas, DEFAULT.schemas));
    }

    /** A JSON Schema is an object, {@code true} or {@code false}. */
    private static void requireSchema(String type, Json schema) {
        if (!EventType.matches(type)) {
            throw new IllegalArgumentException("schemas are named by event types");
        }
        boolean form = schema.text().startsWith("{")
                || schema.text().equals("true")
                || schema.text().equals("false");
        if (!form) {
            throw new IllegalArgumentException("a schema is an object, true or false");
        }
    }

    /** The contract that comes with the server for {@code namespace}; {@link #DEFAULT} for names it does not know. */
    public static Contract builtIn(String namespace) {
        return BUILT_IN.getOrDefault(namespace, DEFAULT);
    }

    public boolean durable() {
        return durability == Durability.DURABLE;
    }

    private static Contract standard(Durability durability, State state, boolean cursors, boolean receipts) {
        return new Contract(
                durability,
                state,
                Retention.DEFAULT,
                ReplayWindow.DEFAULT,
                true,
                cursors,
                true,
                receipts,
                65_536,
                1_000,
                Conflict.LAST_WRITE,
                Create.IMPLICIT,
                Map.of());
    }

    /** Whether events are kept in the log or only passed on. */
    public enum Durability {
        @JsonProperty("durable")
        DURABLE,
        @JsonProperty("ephemeral")
        EPHEMERAL
    }

    /** What a snapshot holds. */
    public enum State {
        /** The last page of events. */
        @JsonProperty("none")
        NONE,
        /** The latest event of each key. */
        @JsonProperty("keyed")
        KEYED,
        /** The merged document. */
        @JsonProperty("document")
        DOCUMENT
    }

    /** What happens when two write one key from the same revision. */
    public enum Conflict {
        @JsonProperty("last-write")
        LAST_WRITE,
        /** Writes to a key need {@code If-Match}. */
        @JsonProperty("compare-and-set")
        COMPARE_AND_SET,
        @JsonProperty("merge")
        MERGE
    }

    /** How a channel comes to be. */
    public enum Create {
        /** By its first write. */
        @JsonProperty("implicit")
        IMPLICIT,
        /** By {@code PUT} only. */
        @JsonProperty("explicit")
        EXPLICIT
    }

    /**
     * How long events stay; whichever bound is met first trims. The latest event of each key of a keyed channel stays.
     *
     * @param age seconds, at least 60; null: for ever
     * @param events count per channel, at least 1; null: any
     */
    public record Retention(@Nullable Long age, @Nullable Long events) {

        /** Thirty days. */
        public static final Retention DEFAULT =
                new Retention(Duration.ofDays(30).toSeconds(), null);

        /** @throws IllegalArgumentException when a bound is too small */
        public Retention {
            if (age != null && age < 60) {
                throw new IllegalArgumentException("retention.age is at least 60 seconds");
            }
            if (events != null && events < 1) {
                throw new IllegalArgumentException("retention.events is at least 1");
            }
        }
    }

    /**
     * How much a stream replays: past either bound it is told {@code snapshot.required}.
     *
     * @param events missed events at most, at least 1
     * @param age seconds since the first missed event at most, at least 300
     */
    public record ReplayWindow(int events, long age) {

        /** Ten thousand events, one hour. */
        public static final ReplayWindow DEFAULT =
                new ReplayWindow(10_000, Duration.ofHours(1).toSeconds());

        /** @throws IllegalArgumentException when a bound is too small */
        public ReplayWindow {
            if (events < 1) {
                throw new IllegalArgumentException("replay_window.events is at least 1");
            }
            if (age < 300) {
                throw new IllegalArgumentException("replay_window.age is at least 300 seconds");
            }
        }
    }
}
