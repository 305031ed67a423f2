package io.tailrace.server.limit;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * What users, tenants, channels and addresses may do per second. What is written counts on all nodes together as far as
 * {@link Sharing} reaches; everything else on this node. Any thread; blocks only those who go on asking after they were
 * refused ({@link Tarpit}).
 */
public final class Limits {

    /** Bytes of an IPv6 address that one household or machine is given to choose from behind. */
    private static final int PREFIX_BYTES = 8;

    /** So many bytes of a request count as an event. */
    static final int BYTES_OF_EVENT = 4 * 1024;

    private record User(String tenant, String name) {

        static User of(Identity identity) {
            return new User(identity.tenant(), identity.user());
        }

        /** Tenants have neither braces nor colons in their names; in braces, what is theirs is of one slot. */
        String account() {
            return "{" + tenant + "}:u:" + name;
        }
    }

    private record Network(String prefix) {

        static Network of(InetAddress address) {
            byte[] bytes = address.getAddress();
            return new Network(HexFormat.of().formatHex(bytes, 0, Math.min(PREFIX_BYTES, bytes.length)));
        }
    }

    private final Limit<User> writes;
    private final Limit<String> tenantWrites;
    private final Limit<ChannelId> channelWrites;
    private final Limit<User> signals;
    private final Limit<User> presence;
    private final Limit<Network> openings;

    private final LimitOptions options;
    private final ClientAddress addresses;

    /**
     * @param sharing how nodes hold the limits of what is written together; closed by whoever made it
     * @param nanos as {@link System#nanoTime}
     */
    public Limits(
            LimitOptions options, ClientAddress addresses, Sharing sharing, LimitMeters meters, LongSupplier nanos) {
        this.options = options;
        this.addresses = addresses;
        var tarpit = new Tarpit(nanos, () -> ThreadLocalRandom.current().nextLong(), Thread::sleep);
        this.writes = Limit.shared("writes", User::account, sharing, meters, tarpit, nanos);
        this.tenantWrites =
                Limit.shared("tenant-writes", tenant -> "{" + tenant + "}:t", sharing, meters, tarpit, nanos);
        this.channelWrites = Limit.shared(
                "channel-writes",
                channel -> "{" + channel.tenant() + "}:c:" + channel.name(),
                sharing,
                meters,
                tarpit,
                nanos);
        this.signals = Limit.ofNode("signals", meters, tarpit, nanos);
        this.presence = Limit.ofNode("presence", meters, tarpit, nanos);
        this.openings = Limit.ofNode("openings", meters, tarpit, nanos);
    }

    /**
     * What a request to write counts for: its events, or its length where that is more.
     *
     * @param bytes of its body, 0 when that is not known
     */
    public static int cost(int events, long bytes) {
        return (int) Math.max(events, Math.min(Math.ceilDiv(bytes, BYTES_OF_EVENT), Integer.MAX_VALUE));
    }

    /**
     * Somebody writes.
     *
     * @param cost see {@link #cost}
     * @param paid what of it this request was let through for before, 0 to {@code cost}
     * @throws Refusal 429 when that is too much of it, or of its tenant, at the moment; what was paid stays paid
     */
    public void writes(Identity author, int cost, int paid, ServerResponse response) {
        Limit.untell(response);
        writes.require(User.of(author), options.userWrites(), cost, paid, response);
        tenantWrites.require(author.tenant(), options.tenantWrites(), cost, paid, response);
    }

    /**
     * A channel is written to once more.
     *
     * @param perSecond what its contract allows, at least 1
     * @return empty when it may; otherwise when to try again
     */
    public Optional<Duration> channelWrite(ChannelId channel, int perSecond) {
        var verdict = channelWrites.ask(channel, perSecond, 1, 0);
        return verdict.passes() ? Optional.empty() : Optional.of(verdict.delay());
    }

    /**
     * Says in the answer what is left of a channel's.
     *
     * @param perSecond what its contract allows, at least 1
     */
    public void tellChannelWrites(ChannelId channel, int perSecond, ServerResponse response) {
        channelWrites.tell(channel, perSecond, response);
    }

    /**
     * Somebody signals, or says how far it has read.
     *
     * @throws Refusal 429
     */
    public void signal(Identity author, ServerResponse response) {
        signals.require(User.of(author), options.userSignals(), 1, 0, response);
    }

    /**
     * Somebody says that it is here, or leaves.
     *
     * @throws Refusal 429
     */
    public void presence(Identity member, ServerResponse response) {
        presence.require(User.of(member), options.userPresence(), 1, 0, response);
    }

    /**
     * Something that lasts is to be opened, by whomever.
     *
     * @throws Refusal 429 when too much is from this address
     */
    public void opening(ServerRequest request, ServerResponse response) {
        addresses
                .of(request)
                .ifPresent(from -> openings.require(Network.of(from), options.addressOpenings(), 1, 0, response));
    }
}
