package io.tailrace.server.gateway;

import io.tailrace.log.Head;
import io.tailrace.server.access.Identity;
import io.tailrace.server.hub.Frame;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Position;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream has come, and the {@code id} that says so. Owned by the stream's thread, except {@link #follows} and
 * {@link #held}, which anyone may read.
 *
 * <p>A position of form 3 goes on a frame only once its row is saved, and stands for the moment it was taken: what was
 * sent since is sent again after a resume. So at most one row is under way, and a frame carries each saved one once.
 */
final class Progress {

    /** A position that is none: whoever comes back with it is told {@code snapshot.required}. */
    static final String UNKNOWN = new Position.Vector(0, List.of()).text();

    /** Forms of positions; a stream only ever moves on to {@link #CHECKPOINT}. */
    enum Form {
        SEQ,
        VECTOR,
        CHECKPOINT
    }

    private static final int ID_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long ROOM_TO_GROW = 1 << 14;

    private final Identity principal;
    private final Checkpointer checkpointer;
    private final GatewayOptions options;
    private final Ready ready;
    private volatile List<Follow> follows;
    private volatile @Nullable String held;
    private volatile int epoch;
    private Form form = Form.CHECKPOINT;
    private int list;
    private @Nullable String fresh;
    private @Nullable Saving saving;
    private int unsaved;
    private long savedAt;
    private boolean reopening;

    /** A row under way. */
    private record Saving(Checkpoint row, Consumer<Boolean> then) {}

    Progress(
            Identity principal,
            Checkpointer checkpointer,
            GatewayOptions options,
            Ready ready,
            Collection<Follow> all) {
        this.principal = principal;
        this.checkpointer = checkpointer;
        this.options = options;
        this.ready = ready;
        this.follows = sorted(all);
    }

    private static List<Follow> sorted(Collection<Follow> all) {
        return all.stream().sorted(Comparator.comparing(Follow::name)).toList();
    }

    /** All channels, by name, dropped ones too. */
    List<Follow> follows() {
        return follows;
    }

    /** Where each channel stands that may be read, by name; any thread. */
    Map<String, Payloads.Followed> standing() {
        Map<String, Payloads.Followed> channels = new LinkedHashMap<>();
        for (Follow follow : follows) {
            if (!follow.rightLost()) {
                channels.put(follow.name().value(), follow.describe());
            }
        }
        return channels;
    }

    /** Any thread. */
    int epoch() {
        return epoch;
    }

    /** The epoch in which all seqs are given. */
    void epoch(int now) {
        epoch = now;
        list = Position.Vector.hash(epoch, follows.stream().map(Follow::name).toList());
        invalidate();
    }

    /**
     * Chooses the form, once all channels have their start.
     *
     * @param ofRequest whether the list is that of the request, as forms 1 and 2 need
     */
    void choose(boolean ofRequest) {
        reopening = false;
        form = !ofRequest
                ? Form.CHECKPOINT
                : follows.size() == 1 ? Form.SEQ : fitsWithRoom() ? Form.VECTOR : Form.CHECKPOINT;
    }

    boolean checkpointed() {
        return form == Form.CHECKPOINT;
    }

    private boolean fitsWithRoom() {
        return new Position.Vector(
                        list,
                        follows.stream()
                                .map(follow -> Math.max(follow.seq(), ROOM_TO_GROW))
                                .toList())
                .fits();
    }

    /** Follows another list: forms 1 and 2 name the request's and are over. */
    void change(Collection<Follow> all) {
        follows = sorted(all);
        form = Form.CHECKPOINT;
        epoch(epoch);
    }

    /**
     * Whether {@code open} is to be sent again: what the client follows, or how, has changed, and its new position is
     * there. A quiet stream would not learn of it otherwise.
     */
    boolean reopens() {
        return reopening && fresh != null && !untold();
    }

    /** It was sent. */
    void reopened() {
        reopening = false;
    }

    /** Hands on an event that the stream has just come to. */
    void send(Frame frame, FrameSink sink) {
        unsaved++;
        if (form == Form.SEQ) {
            sink.event(frame);
        } else {
            sink.event(frame, id());
        }
    }

    /** The id for the frame that brought the stream to where it is; null: the one before stays. */
    @Nullable
    String id() {
        return switch (form) {
            case SEQ -> exact(new Position.Seq(epoch, follows.getFirst().seq()).text());
            case VECTOR -> vector();
            case CHECKPOINT -> fresh == null || untold() ? null : takeFresh();
        };
    }

    /** The id of {@code open}: where the stream starts. Never absent. */
    String openId(@Nullable String asked) {
        String id = id();
        return id != null ? id : asked != null ? asked : UNKNOWN;
    }

    private String exact(String text) {
        for (Follow follow : follows) {
            if (follow.isUnknown()) {
                return UNKNOWN;
            }
        }
        return text;
    }

    private @Nullable String vector() {
        var vector = new Position.Vector(list, follows.stream().map(Follow::seq).toList());
        String text = vector.text();
        if (text.length() > Position.MAX_LENGTH) {
            form = Form.CHECKPOINT;
            unsaved++;
            return null;
        }
        return exact(text);
    }

    /** Whether a channel has still to be told {@code snapshot.required}. */
    boolean untold() {
        return follows.stream().anyMatch(follow -> follow.untold() != null);
    }

    private @Nullable String takeFresh() {
        String id = fresh;
        fresh = null;
        return id;
    }

    /** A checkpoint that a client may hold; null: none. Any thread. */
    @Nullable
    String held() {
        return held;
    }

    /** A channel was told where it goes on. */
    void moved() {
        unsaved++;
    }

    /** What was saved or is being saved no longer tells where the stream is. */
    private void invalidate() {
        fresh = null;
        saving = null;
        unsaved++;
        reopening = form == Form.CHECKPOINT;
    }

    /** Goes on from a checkpoint that is still exact. */
    void resumed(Checkpoint at) {
        fresh = at.position().text();
        held = at.position().id();
        unsaved = 0;
    }

    /** Whether {@code at} is exactly where the stream is. */
    boolean isAt(Checkpoint at) {
        return at.epoch() == epoch && at.seqs().equals(seqs()) && !untold();
    }

    /** Nanoseconds until a checkpoint is due; {@link Long#MAX_VALUE}: none is. */
    long dueIn(long now) {
        if (form != Form.CHECKPOINT || saving != null || unsaved == 0) {
            return Long.MAX_VALUE;
        }
        long pause = options.checkpointPause().toNanos();
        if (follows.stream().anyMatch(Follow::replaying)) {
            pause /= 4;
        }
        long wait = unsaved >= GatewayOptions.CHECKPOINT_EVENTS
                ? pause
                : Math.max(pause, options.checkpointEvery().toNanos());
        return Math.max(0, savedAt + wait - now);
    }

    /**
     * Takes a checkpoint of where the stream is, or will be once it has been told what it has to be told.
     *
     * @param then told on the stream's thread whether it was saved
     */
    void save(long now, Consumer<Boolean> then) {
        var row = new Checkpoint(
                new Position.Checkpoint(randomId()), principal.tenant(), principal.user(), epoch, seqs());
        var mine = new Saving(row, then);
        saving = mine;
        unsaved = 0;
        savedAt = now;
        checkpointer.save(row, saved -> ready.add(() -> saved(mine, saved)));
    }

    private void saved(Saving done, boolean saved) {
        if (saving == done) {
            saving = null;
            if (saved) {
                fresh = done.row().position().text();
                held = done.row().position().id();
            } else {
                unsaved++;
            }
            done.then().accept(saved);
        } else {
            done.then().accept(false);
        }
    }

    private SortedMap<ChannelName, Long> seqs() {
        var seqs = new TreeMap<ChannelName, Long>();
        for (Follow follow : follows) {
            Head head = follow.untold();
            seqs.put(follow.name(), head == null ? follow.seq() : head.seq());
        }
        return seqs;
    }

    private static String randomId() {
        var id = ByteBuffer.allocate(ID_BYTES);
        RANDOM.nextBytes(id.array());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.array());
    }
}
