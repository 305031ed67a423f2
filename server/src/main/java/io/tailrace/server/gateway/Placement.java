package io.tailrace.server.gateway;

import io.tailrace.log.Head;
import io.tailrace.server.hub.Tail;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts channels where they start: now, after an event, or after their head with {@code snapshot.required}. Asks the hubs
 * first; the log only for what they cannot tell, so that a reconnect inside the rings costs no read.
 */
final class Placement {

    private final GatewayParts parts;
    private final List<Follow> follows;
    private final Map<ChannelId, Head> heads;
    private final int epoch;

    private Placement(GatewayParts parts, List<Follow> follows, Map<ChannelId, Head> heads, int epoch) {
        this.parts = parts;
        this.follows = follows;
        this.heads = heads;
        this.epoch = epoch;
    }

    /**
     * Waits for the heads of attached channels.
     *
     * @throws PutOff when they are not there in time, or not of one epoch
     */
    static Placement of(GatewayParts parts, List<Follow> follows) throws InterruptedException {
        long deadline = parts.pace().now() + parts.options().openTimeout().toNanos();
        var heads = new HashMap<ChannelId, Head>();
        for (Follow follow : follows) {
            var left = Duration.ofNanos(Math.max(0, deadline - parts.pace().now()));
            heads.put(follow.channel(), follow.head(left).orElseThrow(() -> new PutOff("database")));
        }
        int epoch = heads.values().stream().mapToInt(Head::epoch).max().orElse(1);
        if (heads.values().stream().anyMatch(head -> head.epoch() != epoch)) {
            throw new PutOff("epoch");
        }
        return new Placement(parts, follows, heads, epoch);
    }

    /** The log's epoch. */
    int epoch() {
        return epoch;
    }

    /**
     * Puts every channel in its place.
     *
     * @throws io.tailrace.log.LogUnavailable when the log has to be asked and cannot
     */
    void place(Map<ChannelName, Start> starts) {
        heads.putAll(certain(starts));
        for (Follow follow : follows) {
            if (heads.get(follow.channel()) instanceof Head head) {
                place(follow, starts.getOrDefault(follow.name(), new Start.Now()), head);
            }
        }
    }

    /**
     * Where a client knows more than its hub has seen, or nothing that can be used, the log is asked: the first may be
     * wrong, and the second is told a head that it should not have to catch up with.
     */
    private Map<ChannelId, Head> certain(Map<ChannelName, Start> starts) {
        var doubtful = new ArrayList<ChannelId>();
        heads.forEach((channel, head) -> {
            boolean doubt =
                    switch (starts.getOrDefault(channel.name(), new Start.Now())) {
                        case Start.Now() -> false;
                        case Start.Unusable() -> true;
                        case Start.After(int of, long seq) -> seq > head.seq() || seq > 0 && of != epoch;
                    };
            if (doubt) {
                doubtful.add(channel);
            }
        });
        return doubtful.isEmpty() ? Map.of() : parts.log().heads(doubtful);
    }

    private void place(Follow follow, Start start, Head head) {
        follow.tellMembers(contract(follow).presence());
        switch (start) {
            case Start.Now() -> follow.startAfter(head.seq());
            case Start.Unusable() -> follow.unknown(head);
            case Start.After(int of, long seq) -> {
                boolean ofThisLog = seq == 0 || of == epoch && head.epoch() == epoch && seq <= head.seq();
                if (ofThisLog) {
                    resume(follow, seq, head);
                } else {
                    follow.unknown(head);
                }
            }
        }
    }

    private void resume(Follow follow, long seq, Head head) {
        follow.startAfter(seq);
        if (follow.rightLost() || seq >= head.seq() || inRing(follow, seq, head)) {
            return;
        }
        parts.log()
                .pastWindow(follow.channel(), seq, contract(follow).replayWindow())
                .ifPresent(past -> follow.stale(past, seq));
    }

    /** Whether the ring has what was missed, within the window. */
    private boolean inRing(Follow follow, long seq, Head head) {
        var window = contract(follow).replayWindow();
        return head.seq() - seq <= window.events()
                && follow.next(epoch, 1) instanceof Tail.Next.Frames(var frames, var more)
                && parts.pace().clock().millis() - frames.getFirst().at() <= window.age() * 1_000;
    }

    private Contract contract(Follow follow) {
        var channel = follow.channel();
        return parts.contracts()
                .of(channel.tenant(), channel.name().namespace())
                .contract();
    }
}
