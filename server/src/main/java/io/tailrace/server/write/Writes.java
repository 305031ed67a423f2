package io.tailrace.server.write;

import io.tailrace.log.Contracts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Identity;
import io.tailrace.server.schema.Schemas;
import io.tailrace.server.signal.Signals;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Where writes are decided, one at a time or many. Any thread. */
public final class Writes {

    final Access access;
    final Contracts contracts;
    final Rules rules;
    final WriteRate rate;
    final WriteLanes lanes;
    final Signals signals;
    final Duration patience;
    final WriteMeters meters;

    /**
     * @param access who may write
     * @param contracts what channels demand
     * @param schemas how event data is judged
     * @param rate how often a channel may be written to
     * @param lanes where writes go; closed by whoever made them
     * @param signals where events of ephemeral channels go
     * @param clock judges the age of keys
     */
    public Writes(
            Access access,
            Contracts contracts,
            Schemas schemas,
            WriteRate rate,
            WriteLanes lanes,
            Signals signals,
            WriteOptions options,
            InstantSource clock,
            WriteMeters meters) {
        this.access = access;
        this.contracts = contracts;
        this.rules = new Rules(schemas, options.idempotencyTtl(), clock);
        this.rate = rate;
        this.lanes = lanes;
        this.signals = signals;
        this.patience = options.patience();
        this.meters = meters;
    }

    /**
     * Begins to write to one channel, in order; {@link Attempt#finish} tells what became of it.
     *
     * @param items 1 to {@value Run#MAX_WRITES}
     * @param trace W3C trace id of the request
     */
    Attempt begin(Identity author, ChannelName channel, List<WriteItem> items, String trace) {
        return new Attempt(this, author, channel, items, trace);
    }

    /** The contract that the channel has, as far as this node knows. */
    Contract contract(Identity author, ChannelName channel) {
        return contracts.of(author.tenant(), channel.namespace()).contract();
    }
}
