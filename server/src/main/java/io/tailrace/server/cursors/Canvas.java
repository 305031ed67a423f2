package io.tailrace.server.cursors;

import io.tailrace.server.cursors.Cursor.Owner;
import io.tailrace.server.cursors.Cursor.Told;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All cursors of one channel, as this node knows them: the latest position of each owner, and who has left.
 *
 * <p>Protocol: one lock guards everything. Each change gets a version; a socket remembers up to which it was sent, and
 * asks what is newer, so that a slow one is sent less and nothing is kept for it. What changed here since the last tick
 * is {@code fresh}, and goes to other nodes. Nodes repeat all they hold every {@link #REPEAT}: a lost message costs no
 * longer than that, and a node that was not heard for {@link #SILENCE} has crashed.
 */
final class Canvas {

    /** Cursors in a channel; more are not shown. */
    static final int MAX_CURSORS = 500;

    static final Duration REPEAT = Duration.ofSeconds(2);
    static final Duration SILENCE = Duration.ofSeconds(5);

    /** How long it is remembered that somebody left: for sockets that are slower there is the whole list. */
    private static final Duration PARTED = Duration.ofSeconds(60);

    private record Place(Cursor cursor, byte[] json, long version, String node) {}

    private record Parted(long version, long at) {}

    private static final class Peer {
        private String run = "";
        private long heardAt;
    }

    private final String node;
    private final String run;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Map<Owner, Place> places = new LinkedHashMap<>();
    private final LinkedHashMap<Owner, Parted> parted = new LinkedHashMap<>();
    private final Map<String, Peer> peers = new HashMap<>();
    private final Set<Owner> fresh = new LinkedHashSet<>();
    private long version;
    private long forgotten;
    private long repeatedAt;

    /**
     * @param node this node's name
     * @param run another one at each of its starts
     */
    Canvas(String node, String run, LongSupplier nanos, InstantSource clock) {
        this.node = node;
        this.run = run;
        this.nanos = nanos;
        this.clock = clock;
        this.repeatedAt = nanos.getAsLong();
    }

    /** What a move came to. */
    enum Moved {
        /** It goes out with the next tick. */
        TAKEN,
        /** The same, in place of one that had not gone out. */
        MERGED,
        /** There are too many cursors, or there was nothing to hide. */
        IGNORED
    }

    /** Somebody here points somewhere, or nowhere any more. */
    synchronized Moved move(Owner owner, Json position) {
        if (position.isNull()) {
            return remove(owner) ? taken(owner) : Moved.IGNORED;
        }
        if (!places.containsKey(owner) && places.size() >= MAX_CURSORS) {
            return Moved.IGNORED;
        }
        put(new Cursor(owner.user(), owner.device(), position, clock.instant().toString()), node);
        return taken(owner);
    }

    private Moved taken(Owner owner) {
        return fresh.add(owner) ? Moved.TAKEN : Moved.MERGED;
    }

    private void put(Cursor cursor, String from) {
        parted.remove(cursor.owner());
        places.put(cursor.owner(), new Place(cursor, JsonCodec.writeBytes(cursor), ++version, from));
    }

    private boolean remove(Owner owner) {
        if (places.remove(owner) == null) {
            return false;
        }
        parted.put(owner, new Parted(++version, nanos.getAsLong()));
        return true;
    }

    /** Another node tells; whether that changes anything. */
    synchronized boolean heard(Told told) {
        if (told.v() != Told.VERSION || told.node().equals(node)) {
            return false;
        }
        long before = version;
        var peer = peers.computeIfAbsent(told.node(), name -> new Peer());
        boolean anew = !peer.run.equals(told.run());
        peer.run = told.run();
        peer.heardAt = nanos.getAsLong();
        if (told.whole() || anew) {
            var all = told.cursors().stream().map(Cursor::owner).toList();
            owners(told.node()).stream().filter(owner -> !all.contains(owner)).forEach(this::remove);
        }
        told.left().stream().filter(owner -> isOf(owner, told.node())).forEach(this::remove);
        told.cursors().forEach(cursor -> take(cursor, told.node()));
        return version > before;
    }

    private void take(Cursor cursor, String from) {
        var known = places.get(cursor.owner());
        boolean news = known == null
                ? places.size() < MAX_CURSORS
                : !known.cursor().equals(cursor) && !cursor.isOlderThan(known.cursor());
        if (news) {
            put(cursor, from);
        }
    }

    private boolean isOf(Owner owner, String from) {
        var place = places.get(owner);
        return place != null && place.node().equals(from);
    }

    private List<Owner> owners(String from) {
        return places.entrySet().stream()
                .filter(entry -> entry.getValue().node().equals(from))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What other nodes have to be told now; null: nothing. */
    synchronized byte @Nullable [] news() {
        var cursors = new ArrayList<Cursor>();
        var left = new ArrayList<Owner>();
        for (Owner owner : fresh) {
            var place = places.get(owner);
            if (place == null) {
                left.add(owner);
            } else if (place.node().equals(node)) {
                cursors.add(place.cursor());
            }
        }
        fresh.clear();
        return cursors.isEmpty() && left.isEmpty() ? null : told(false, cursors, left);
    }

    /** All that this node holds, when it is time to say it again; null: it is not, or there is nothing. */
    synchronized byte @Nullable [] repeat() {
        long now = nanos.getAsLong();
        var here = owners(node);
        if (here.isEmpty() || now - repeatedAt < REPEAT.toNanos()) {
            return null;
        }
        repeatedAt = now;
        return told(
                true,
                here.stream()
                        .map(owner -> Objects.requireNonNull(places.get(owner)).cursor())
                        .toList(),
                List.of());
    }

    private byte[] told(boolean whole, List<Cursor> cursors, List<Owner> left) {
        return JsonCodec.writeBytes(new Told(Told.VERSION, node, run, whole, cursors, left));
    }

    /** Forgets nodes that fell silent, and who left long ago; whether that changes what is to be seen. */
    synchronized boolean sweep() {
        long now = nanos.getAsLong();
        long before = version;
        peers.entrySet().removeIf(entry -> {
            boolean silent = now - entry.getValue().heardAt >= SILENCE.toNanos();
            if (silent) {
                owners(entry.getKey()).forEach(this::remove);
            }
            return silent;
        });
        while (!parted.isEmpty() && now - parted.firstEntry().getValue().at() >= PARTED.toNanos()) {
            forgotten = Math.max(forgotten, parted.pollFirstEntry().getValue().version());
        }
        return version > before;
    }

    /**
     * A frame for a socket.
     *
     * @param version up to which it then has been sent
     * @param json null: nothing is new to it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Delta(long version, byte @Nullable [] json, int cursors) {}

    /** What changed since {@code seen}, without the owner's own. */
    synchronized Delta since(long seen, Owner own) {
        if (seen == version) {
            return new Delta(version, null, 0);
        }
        var out = new ByteArrayOutputStream(256);
        out.writeBytes(ascii("{\"cursors\":["));
        int cursors = 0;
        for (var entry : places.entrySet()) {
            if (entry.getValue().version() > seen && !entry.getKey().equals(own)) {
                out.writeBytes(ascii(cursors++ == 0 ? "" : ","));
                out.writeBytes(entry.getValue().json());
            }
        }
        var left = parted.entrySet().stream()
                .filter(entry -> entry.getValue().version() > seen
                        && seen > 0
                        && !entry.getKey().equals(own))
                .map(Map.Entry::getKey)
                .toList();
        out.writeBytes(ascii("],\"left\":"));
        out.writeBytes(JsonCodec.writeBytes(left));
        out.write('}');
        return new Delta(version, cursors == 0 && left.isEmpty() ? null : out.toByteArray(), cursors);
    }

    /** Whether somebody may have left whom a socket that was sent up to {@code seen} was not told of. */
    synchronized boolean tooOld(long seen) {
        return seen > 0 && seen < forgotten;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
