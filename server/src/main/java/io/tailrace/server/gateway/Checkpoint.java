package io.tailrace.server.gateway;

import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Position;
import java.util.SortedMap;

/**
 * What a position of form 3 stands for: which channels a stream followed, and how far each was sent. Immutable.
 *
 * @param position the id under which it is kept
 * @param tenant whose channels they are
 * @param principal the user that it is good for
 * @param epoch the log's epoch
 * @param seqs the last event sent of each channel, by name
 */
record Checkpoint(
        Position.Checkpoint position, String tenant, String principal, int epoch, SortedMap<ChannelName, Long> seqs) {}
