package io.tailrace.server.limit;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One limit: its name on the wire, who has used what of it here and, where it is shared, on other nodes. Answers say so in
 * {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10).
 *
 * @param <K> whose it is
 */
final class Limit<K> {

    /** Users, tenants, channels or addresses that are watched at once, of each kind. */
    private static final int WATCHED = 100_000;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** {@code Retry-After} counts whole seconds. */
    private static final Duration SHORTEST_DELAY = Duration.ofSeconds(1);

    private static final HeaderName POLICY = HeaderNames.create("RateLimit-Policy");
    private static final HeaderName LIMIT = HeaderNames.create("RateLimit");

    private final String name;
    private final Rates<K> rates;
    private final @Nullable Function<K, String> account;
    private final Sharing sharing;
    private final LimitMeters meters;
    private final Tarpit tarpit;

    private Limit(
            String name,
            Rates<K> rates,
            @Nullable Function<K, String> account,
            Sharing sharing,
            LimitMeters meters,
            Tarpit tarpit) {
        this.name = name;
        this.rates = rates;
        this.account = account;
        this.sharing = sharing;
        this.meters = meters;
        this.tarpit = tarpit;
    }

    /** One that holds on this node. */
    static <K> Limit<K> ofNode(String name, LimitMeters meters, Tarpit tarpit, LongSupplier nanos) {
        return new Limit<>(name, new Rates<>(WATCHED, nanos), null, Sharing.ALONE, meters, tarpit);
    }

    /**
     * One that holds on all nodes together.
     *
     * @param account what a key is called on all of them
     */
    static <K> Limit<K> shared(
            String name,
            Function<K, String> account,
            Sharing sharing,
            LimitMeters meters,
            Tarpit tarpit,
            LongSupplier nanos) {
        return new Limit<>(name, new Rates<>(WATCHED, nanos), account, sharing, meters, tarpit);
    }

    /**
     * Asks for {@code cost}, of which {@code paid} were let through before: all of the rest or nothing.
     *
     * @param perSecond at least 1
     */
    Rates.Verdict ask(K key, int perSecond, int cost, int paid) {
        var verdict = rates.ask(key, perSecond, cost, paid);
        if (!verdict.passes()) {
            meters.refused(name);
        } else if (account != null) {
            sharing.spent(account.apply(key), perSecond, cost - paid, ahead -> rates.owe(key, ahead));
        }
        return verdict;
    }

    /**
     * The same, told in the answer's headers; a refusal of many may take its time ({@link Tarpit}).
     *
     * @param perSecond 0: as much as it likes
     * @throws Refusal 429
     * @throws CloseConnectionException when the node stops meanwhile
     */
    void require(K key, int perSecond, int cost, int paid, ServerResponse response) {
        if (perSecond == 0) {
            return;
        }
        var verdict = ask(key, perSecond, cost, paid);
        tell(response, perSecond, verdict);
        if (!verdict.passes()) {
            var delay = verdict.delay().minus(held(key));
            throw new Refusal(Problem.of(ProblemType.RATE_LIMITED, "more than " + perSecond + " per second of " + name)
                    .retryAfter(delay.compareTo(SHORTEST_DELAY) > 0 ? delay : SHORTEST_DELAY));
        }
    }

    private Duration held(K key) {
        try {
            return tarpit.hold(name, key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("stopping", e);
        }
    }

    /** Says in the answer's headers what is left. */
    void tell(K key, int perSecond, ServerResponse response) {
        tell(response, perSecond, rates.ask(key, perSecond, 0));
    }

    private void tell(ServerResponse response, int perSecond, Rates.Verdict verdict) {
        long again = Math.max(1, Math.ceilDiv(verdict.delay().toNanos(), SECOND));
        add(response, POLICY, String.format(Locale.ROOT, "\"%s\";q=%d;w=1", name, perSecond));
        add(response, LIMIT, String.format(Locale.ROOT, "\"%s\";r=%d;t=%d", name, verdict.left(), again));
    }

    /** Takes back what was told. */
    static void untell(ServerResponse response) {
        response.headers().remove(POLICY);
        response.headers().remove(LIMIT);
    }

    /** Where two limits hold, both are told, as a list. */
    private static void add(ServerResponse response, HeaderName header, String item) {
        var headers = response.headers();
        String before = headers.first(header).map(value -> value + ", ").orElse("");
        headers.set(HeaderValues.create(header, before + item));
    }
}
