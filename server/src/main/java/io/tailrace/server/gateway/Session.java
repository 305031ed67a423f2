package io.tailrace.server.gateway;

import io.tailrace.log.Head;
import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Identity;
import io.tailrace.server.hub.Frame;
import io.tailrace.server.hub.Tail;
import io.tailrace.server.signal.Drops;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a stream or a poll reads: its channels, and frames from them in the order of each channel.
 *
 * <p>Protocol: whoever drives the stream owns the session, one thread at a time, and {@link #pull}s. Hubs wake it through
 * {@link Ready}; {@link #recheck} comes on the thread of an access change and only marks follows. A pull never blocks:
 * channels that need the log (a page of replay, a new epoch) gather in {@code behind} until the owner {@link #consult}s
 * it, which is the one thing that blocks. A database that is away only postpones: the channel is looked at again after
 * {@link #RETRY}.
 */
final class Session implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final GatewayParts parts;
    private final Ready ready;
    private final Progress progress;
    private volatile Identity identity;
    private volatile List<Follow> joining = List.of();
    private boolean dropped;
    private boolean urgent;
    private final Drops drops = new Drops();

    // Null: none, as nearly always. Of ten thousand streams that get an event, none is in the processor's caches; what
    // a
    // step does not look at need not come.
    private @Nullable Queue<Follow> behind;
    private @Nullable Queue<Follow> noticed;
    private @Nullable Queue<Follow> postponed;
    private long postponedAt;

    Session(GatewayParts parts, Identity identity, Ready ready, Progress progress) {
        this.parts = parts;
        this.identity = identity;
        this.ready = ready;
        this.progress = progress;
    }

    Ready ready() {
        return ready;
    }

    Progress progress() {
        return progress;
    }

    /** Who reads; any thread. */
    Identity identity() {
        return identity;
    }

    /** The same principal with other credentials; any thread. */
    void identity(Identity renewed) {
        identity = renewed;
    }

    /** The channels whose right is rechecked; any thread. */
    Set<ChannelName> watched() {
        return watchedFollows().map(Follow::name).collect(Collectors.toSet());
    }

    private Stream<Follow> watchedFollows() {
        return Stream.concat(progress.follows().stream(), joining.stream()).filter(follow -> !follow.rightLost());
    }

    /** Marks the channels that may not be read any more; any thread. @param readable says which of some may */
    void recheck(BiFunction<Identity, Set<ChannelName>, Set<ChannelName>> readable) {
        var follows = watchedFollows().toList();
        var rights = readable.apply(identity, follows.stream().map(Follow::name).collect(Collectors.toSet()));
        follows.stream().filter(follow -> !rights.contains(follow.name())).forEach(Follow::loseRight);
    }

    /** Has {@code follow} rechecked too, from before its right is first asked for; any thread. */
    synchronized void joining(Follow follow) {
        joining = Stream.concat(joining.stream(), Stream.of(follow)).toList();
    }

    /** It is one of the session's channels now, or never will be; any thread. */
    synchronized void joined(Follow follow) {
        joining = joining.stream().filter(other -> other != follow).toList();
    }

    /** Follows other channels from now on: {@code added}, attached and placed, and no longer those of {@code removed}. */
    void change(Collection<Follow> added, Collection<ChannelName> removed) {
        var after = new TreeMap<ChannelName, Follow>();
        progress.follows().forEach(follow -> after.put(follow.name(), follow));
        removed.forEach(name -> close(after.remove(name)));
        dropped = true;
        for (Follow follow : added) {
            var known = after.putIfAbsent(follow.name(), follow);
            if (known != null && known.dropped()) {
                after.put(follow.name(), follow);
            } else if (known != null) {
                close(follow); // another change was faster
            }
        }
        progress.change(after.values());
        added.forEach(Follow::release);
    }

    private static void close(@Nullable Follow follow) {
        if (follow != null && !follow.dropped()) {
            follow.drop();
        }
    }

    /** Whether there is nothing left to read. */
    boolean over() {
        if (!dropped) {
            return false;
        }
        for (Follow follow : progress.follows()) {
            if (!follow.dropped()) {
                return false;
            }
        }
        return true;
    }

    /** Whether something has come up that is not about events: a channel is postponed, none is left, a row is due. */
    boolean wantsALook() {
        return postponed != null || noticed != null || over() || progress.checkpointed();
    }

    /** Whether something was handed on since the last call that waits for no batching window. */
    boolean takeUrgent() {
        boolean was = urgent;
        urgent = false;
        return was;
    }

    /** What a {@link #pull} came to. */
    enum Pulled {
        /** There is nothing more at the moment. */
        ALL,
        /** There may be more. */
        MORE,
        /** A channel cannot go on before the log was {@linkplain #consult consulted}; the others went on. */
        LOG
    }

    /** Hands on what is pending, at most about {@code budget} bytes and each channel in turn; never blocks. */
    Pulled pull(FrameSink sink, int budget) {
        retryPostponed();
        for (Follow follow = ready.next(); follow != null; follow = ready.next()) {
            follow.taken();
            if (!follow.dropped()) {
                if (follow.takeNoticed() && (noticed == null || !noticed.contains(follow))) {
                    noticed = with(noticed, follow);
                }
                pull(follow, sink, budget);
            }
            if (sink.size() >= budget) {
                return Pulled.MORE;
            }
        }
        return behind == null ? Pulled.ALL : Pulled.LOG;
    }

    /**
     * Hands on what is of the moment, as far as there is room beside the events that were handed on; never blocks.
     *
     * @return whether there is more
     */
    boolean takeNotices(FrameSink sink, int budget) {
        var waiting = noticed;
        if (waiting == null || !parts.rights().fresh(identity.tenant())) {
            return false; // looks again by itself, see postponedFor
        }
        for (Follow follow = waiting.peek(); follow != null; follow = waiting.peek()) {
            boolean mute = follow.dropped() || follow.rightLost();
            if (sink.size() >= budget || !mute && !follow.takeNotices(sink, budget - sink.size(), drops)) {
                return true;
            }
            waiting.poll();
        }
        noticed = null;
        if (!drops.isEmpty()) {
            var dropped = drops.take();
            parts.meters().dropped(dropped);
            sink.frame("degraded", null, JsonCodec.writeBytes(new Payloads.Degraded(dropped, null)));
        }
        return false;
    }

    /** Whether all that is of the moment was handed on, as far as the session was woken for it. */
    boolean noticesTaken() {
        return noticed == null;
    }

    /** Reads from the log what channels need; blocks. */
    void consult() {
        var waiting = behind;
        behind = null;
        for (Follow follow : waiting == null ? List.<Follow>of() : waiting) {
            if (!follow.dropped()) {
                try {
                    consult(follow);
                } catch (LogUnavailable away) {
                    postpone(follow);
                }
            }
        }
    }

    /** Nanoseconds until {@link #pull} or {@link #takeNotices} have to look again without being woken. */
    long postponedFor(long now) {
        long noticedFor = noticed == null ? Long.MAX_VALUE : RETRY.toNanos();
        return Math.min(noticedFor, postponed == null ? Long.MAX_VALUE : logFor(now));
    }

    private long logFor(long now) {
        return Math.max(0, postponedAt + RETRY.toNanos() - now);
    }

    private void pull(Follow follow, FrameSink sink, int budget) {
        var next = follow.untold() == null
                ? follow.next(progress.epoch(), Math.max(1, budget - sink.size()))
                : new Tail.Next.Nothing();
        if (follow.rightLost()) {
            revoke(follow, sink);
            return;
        }
        if (follow.untold() instanceof Head head) {
            resync(follow, head, sink);
            return;
        }
        switch (next) {
            case Tail.Next.Frames frames -> send(follow, frames, sink, budget);
            case Tail.Next.Nothing() -> follow.caughtUp();
            case Tail.Next.Behind() -> behind = with(behind, follow);
            case Tail.Next.Lost(var head) -> lost(follow, head);
        }
    }

    private static Queue<Follow> with(@Nullable Queue<Follow> waiting, Follow follow) {
        var longer = waiting == null ? new ArrayDeque<Follow>() : waiting;
        longer.add(follow);
        return longer;
    }

    private void send(Follow follow, Tail.Next.Frames next, FrameSink sink, int budget) {
        var frames = next.frames();
        long now = parts.pace().clock().millis();
        int sent = 0;
        for (Frame frame : frames) {
            follow.sent(frame);
            progress.send(frame, sink);
            if (!follow.replaying()) {
                parts.meters().delivered(now - frame.at());
            }
            sent++;
            if (sink.size() >= budget) {
                break;
            }
        }
        boolean all = sent == frames.size();
        follow.keep(all ? List.of() : frames.subList(sent, frames.size()));
        if (all && !next.more()) {
            follow.caughtUp();
        } else {
            follow.wake();
        }
    }

    private void consult(Follow follow) {
        if (follow.takeLost() instanceof Head) {
            if (!newEpoch(follow)) {
                postpone(follow); // its hub, or this node's view of the log, has still to hear of the epoch
            }
            return;
        }
        if (follow.hasPage()) {
            return; // it came here twice
        }
        switch (follow.replay(progress.epoch())) {
            case Tail.Next.Frames(var frames, var more) -> {
                parts.meters().replayed(frames.size());
                follow.keep(frames);
            }
            case Tail.Next.Nothing() -> follow.caughtUp();
            case Tail.Next.Behind() -> {} // the ring moved on meanwhile
            case Tail.Next.Lost(var head) -> lost(follow, head);
        }
        follow.wake();
    }

    private void lost(Follow follow, Head head) {
        if (head.epoch() == progress.epoch()) {
            if (!follow.wasAhead()) {
                follow.stale(head, follow.seq());
            }
            follow.wake();
        } else if (head.epoch() < progress.epoch()) {
            postpone(follow);
        } else {
            follow.lost(head);
            behind = with(behind, follow);
        }
    }

    /** The log is another one: no seq that was sent means anything in it. */
    private boolean newEpoch(Follow first) {
        var heads = parts.log().heads(channels());
        int epoch = heads.values().stream().mapToInt(Head::epoch).max().orElse(0);
        if (epoch <= progress.epoch()) {
            return false;
        }
        for (Follow follow : progress.follows()) {
            if (follow.dropped()) {
                follow.forget();
            } else if (heads.get(follow.channel()) instanceof Head head) {
                follow.unknown(head);
                if (follow != first) {
                    follow.ahead();
                }
            }
        }
        progress.epoch(epoch);
        return true;
    }

    private Collection<ChannelId> channels() {
        return progress.follows().stream().map(Follow::channel).toList();
    }

    private void resync(Follow follow, Head head, FrameSink sink) {
        follow.synced(head);
        progress.moved();
        parts.meters().resynced();
        var required = new Payloads.SnapshotRequired(follow.name(), head.floor(), head.seq());
        sink.frame("snapshot.required", progress.id(), JsonCodec.writeBytes(required));
        urgent = true;
        follow.wake();
    }

    private void revoke(Follow follow, FrameSink sink) {
        follow.drop();
        dropped = true;
        urgent = true;
        sink.frame("revoked", null, JsonCodec.writeBytes(new Payloads.Revoked(follow.name(), follow.seq())));
    }

    private void postpone(Follow follow) {
        if (postponed == null) {
            postponedAt = parts.pace().now();
        }
        postponed = with(postponed, follow);
    }

    private void retryPostponed() {
        var waiting = postponed;
        if (waiting != null && logFor(parts.pace().now()) == 0) {
            postponed = null;
            waiting.forEach(Follow::wake);
        }
    }

    /** Sends {@code open}. @param asked the position that the client came with, if it is good; null: none */
    void open(FrameSink sink, Payloads.Open open, @Nullable String asked) {
        sink.frame("open", progress.openId(asked), JsonCodec.writeBytes(open));
    }

    @Override
    public void close() {
        parts.rights().remove(identity.tenant(), this);
        progress.follows().forEach(Follow::close);
    }
}
