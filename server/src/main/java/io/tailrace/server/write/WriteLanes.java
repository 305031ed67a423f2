package io.tailrace.server.write;

import io.tailrace.log.EventLog;
import io.tailrace.log.Outbox;
import io.tailrace.server.bus.Bus;
import io.tailrace.wire.ChannelId;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All lanes of a node and what follows them. A channel goes to the same lane on every node, so that lanes of one number
 * contend for rows only with each other.
 */
public final class WriteLanes implements AutoCloseable {

    /** Lanes of every node. The same everywhere; a change needs no migration but costs contention while nodes differ. */
    public static final int COUNT = 4;

    private final List<Lane> lanes;
    private final Publisher publisher;
    private final Settler settler;

    public WriteLanes(
            EventLog log, Outbox outbox, Bus bus, AfterCommit afterCommit, WriteOptions options, WriteMeters meters) {
        this.settler = new Settler(outbox, options.settlePause());
        this.publisher = new Publisher(bus, settler, options.publishBytes(), meters);
        this.lanes = IntStream.range(0, COUNT)
                .mapToObj(number -> new Lane(number, log, publisher, afterCommit, options.laneBytes(), meters))
                .toList();
    }

    /** Queues {@code run} on its channel's lane; it may be answered at once. Never blocks. */
    void submit(Run run) {
        lanes.get(lane(run.writes().getFirst().channel())).submit(run);
    }

    /** Computed from the characters alone, so that it is the same in every process. */
    static int lane(ChannelId channel) {
        int hash = 31 * channel.tenant().hashCode() + channel.name().value().hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), COUNT);
    }

    /** Ends when what was taken has been appended, announced and settled, as far as that can be done soon. */
    @Override
    public void close() {
        lanes.forEach(Lane::close);
        publisher.close();
        settler.close();
    }
}
