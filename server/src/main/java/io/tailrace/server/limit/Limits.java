package io.tailrace.server.limit;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What users, tenants and addresses may do per second on this node. Answers say so in {@code RateLimit} and {@code
 * RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10). Any thread; never blocks.
 */
public final class Limits {

    /** Users, tenants or addresses that are watched at once, of each kind. */
    private static final int WATCHED = 100_000;

    /** Bytes of an IPv6 address that one household or machine is given to choose from behind. */
    private static final int PREFIX_BYTES = 8;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static final HeaderName POLICY = HeaderNames.create("RateLimit-Policy");
    private static final HeaderName LIMIT = HeaderNames.create("RateLimit");

    private record User(String tenant, String name) {

        static User of(Identity identity) {
            return new User(identity.tenant(), identity.user());
        }
    }

    private record Network(String prefix) {

        static Network of(InetAddress address) {
            byte[] bytes = address.getAddress();
            return new Network(HexFormat.of().formatHex(bytes, 0, Math.min(PREFIX_BYTES, bytes.length)));
        }
    }

    /** One limit: its name on the wire, how much of it there is, and who has used what. */
    private static final class Limit<K> {
        private final String name;
        private final int perSecond;
        private final Rates<K> rates;

        Limit(String name, int perSecond, LongSupplier nanos) {
            this.name = name;
            this.perSecond = perSecond;
            this.rates = new Rates<>(WATCHED, nanos);
        }

        void require(K key, int cost, ServerResponse response) {
            if (perSecond == 0) {
                return;
            }
            var verdict = rates.ask(key, perSecond, cost);
            tell(response, verdict);
            if (!verdict.passes()) {
                throw new Refusal(
                        Problem.of(ProblemType.RATE_LIMITED, "more than " + perSecond + " per second of " + name)
                                .retryAfter(verdict.delay()));
            }
        }

        private void tell(ServerResponse response, Rates.Verdict verdict) {
            long again = Math.max(1, Math.ceilDiv(verdict.delay().toNanos(), SECOND));
            add(response, POLICY, String.format(Locale.ROOT, "\"%s\";q=%d;w=1", name, perSecond));
            add(response, LIMIT, String.format(Locale.ROOT, "\"%s\";r=%d;t=%d", name, verdict.left(), again));
        }

        /** Where two limits hold, both are told, as a list. */
        private static void add(ServerResponse response, HeaderName header, String item) {
            var headers = response.headers();
            String before = headers.first(header).map(value -> value + ", ").orElse("");
            headers.set(HeaderValues.create(header, before + item));
        }
    }

    private final Limit<User> writes;
    private final Limit<String> tenantWrites;
    private final Limit<User> signals;
    private final Limit<User> presence;
    private final Limit<Network> openings;

    private final ClientAddress addresses;

    public Limits(LimitOptions options, ClientAddress addresses, LongSupplier nanos) {
        this.writes = new Limit<>("writes", options.userWrites(), nanos);
        this.tenantWrites = new Limit<>("tenant-writes", options.tenantWrites(), nanos);
        this.signals = new Limit<>("signals", options.userSignals(), nanos);
        this.presence = new Limit<>("presence", options.userPresence(), nanos);
        this.openings = new Limit<>("openings", options.addressOpenings(), nanos);
        this.addresses = addresses;
    }

    /**
     * Somebody writes so many events.
     *
     * @throws Refusal 429 when that is too much of it, or of its tenant, at the moment
     */
    public void writes(Identity author, int events, ServerResponse response) {
        writes.require(User.of(author), events, response);
        tenantWrites.require(author.tenant(), events, response);
    }

    /**
     * Somebody signals, or says how far it has read.
     *
     * @throws Refusal 429
     */
    public void signal(Identity author, ServerResponse response) {
        signals.require(User.of(author), 1, response);
    }

    /**
     * Somebody says that it is here, or leaves.
     *
     * @throws Refusal 429
     */
    public void presence(Identity member, ServerResponse response) {
        presence.require(User.of(member), 1, response);
    }

    /**
     * Something that lasts is to be opened, by whomever.
     *
     * @throws Refusal 429 when too much is from this address
     */
    public void opening(ServerRequest request, ServerResponse response) {
        addresses.of(request).ifPresent(from -> openings.require(Network.of(from), 1, response));
    }
}
