package io.tailrace.server.write;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Contracts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.schema.Schemas;
import io.tailrace.server.signal.Signals;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import java.net.InetAddress;
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
    private final ClientAddress addresses;

    /**
     * @param access who may write
     * @param contracts what channels demand
     * @param schemas how event data is judged
     * @param rate how often a channel may be written to
     * @param lanes where writes go; closed by whoever made them
     * @param signals where events of ephemeral channels go
     * @param addresses where writes come from
     * @param clock judges the age of keys
     */
    public Writes(
            Access access,
            Contracts contracts,
            Schemas schemas,
            WriteRate rate,
            WriteLanes lanes,
            Signals signals,
            ClientAddress addresses,
            WriteOptions options,
            InstantSource clock,
            WriteMeters meters) {
        this.access = access;
        this.contracts = contracts;
        this.rules = new Rules(schemas, options.idempotencyTtl(), clock);
        this.rate = rate;
        this.lanes = lanes;
        this.signals = signals;
        this.addresses = addresses;
        this.patience = options.patience();
        this.meters = meters;
    }

    /**
     * Who sends {@code request}.
     *
     * @throws io.tailrace.wire.Refusal 401 when that cannot be told
     */
    Sender sender(ServerRequest request) {
        return new Sender(
                access.identify(request),
                () -> addresses.of(request).map(InetAddress::getHostAddress).orElse(null),
                Exchange.of(request).trace());
    }

    /**
     * Begins to write to one channel, in order; {@link Attempt#finish} tells what became of it.
     *
     * @param items 1 to {@value Run#MAX_WRITES}
     */
    Attempt begin(Sender sender, ChannelName channel, List<WriteItem> items) {
        return new Attempt(this, sender, channel, items);
    }

    /** The contract that the channel has, as far as this node knows. */
    Contract contract(Identity author, ChannelName channel) {
        return contracts.of(author.tenant(), channel.namespace()).contract();
    }
}
