package io.tailrace.server.hub;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Reader;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Contract;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A log that counts how often it is read. */
record CountingLog(EventLog log, AtomicInteger reads, AtomicInteger headReads) implements EventLog {

    static CountingLog over(EventLog log) {
        return new CountingLog(log, new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public List<AppendOutcome> append(List<Append> batch) {
        return log.append(batch);
    }

    @Override
    public ReadOutcome read(ChannelId channel, long after, int limit, Reader reader) {
        throw new UnsupportedOperationException("a hub reads for itself");
    }

    @Override
    public ReadOutcome read(ChannelId channel, long after, int limit) {
        reads.incrementAndGet();
        return log.read(channel, after, limit);
    }

    @Override
    public SnapshotOutcome snapshot(ChannelId channel, Contract contract, long min, Reader reader) {
        throw new UnsupportedOperationException("a hub takes no snapshots");
    }

    @Override
    public Map<ChannelId, Head> heads(Collection<ChannelId> channels) {
        headReads.incrementAndGet();
        return log.heads(channels);
    }

    @Override
    public Optional<Head> pastWindow(ChannelId channel, long after, Contract.ReplayWindow window) {
        throw new UnsupportedOperationException("a hub does not judge windows");
    }
}
