package io.tailrace.server.gateway;

import io.helidon.common.uri.UriQuery;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a stream makes its way to its client, through whatever stands in between: asked for in its address, told in
 * {@code open}.
 *
 * @param heartbeat between heartbeats, from {@link GatewayOptions#SHORTEST_HEARTBEAT} to
 *     {@link GatewayOptions#LONGEST_HEARTBEAT}; what is asked for beyond is brought within
 * @param padding bytes of a comment right behind the answer's head, 0 to {@link #MOST_PADDING}: for proxies that hold the
 *     first kilobytes back
 * @param window how long events are gathered before they go out in one write, at most {@link #LONGEST_WINDOW}; zero: not
 *     at all
 * @param compat whether it keeps to what a strict proxy allows: it ends within a minute
 * @param gzip whether it is to be compressed, where that can be
 */
record Delivery(Duration heartbeat, int padding, Duration window, boolean compat, boolean gzip) {

    /** Bytes of the longest padding. */
    static final int MOST_PADDING = 16_384;

    /** The longest time for which events are gathered. */
    static final Duration LONGEST_WINDOW = Duration.ofMillis(2_000);

    /** Bytes of padding in compatibility mode, unless the client asks for another number. */
    static final int COMPAT_PADDING = 2_048;

    /** The longest heartbeat in compatibility mode. */
    static final Duration COMPAT_HEARTBEAT = Duration.ofSeconds(10);

    /** The shortest life of a stream in compatibility mode: many proxies end a request after a minute. */
    static final Duration COMPAT_LEAST_LIFE = Duration.ofSeconds(50);

    /** The longest life of a stream in compatibility mode. */
    static final Duration COMPAT_LONGEST_LIFE = Duration.ofSeconds(55);

    private static final int MAX_DIGITS = 6;

    /** @throws Refusal 400 for what is malformed */
    static Delivery parse(UriQuery query, GatewayOptions options) {
        boolean compat = flag(query, "compat");
        var heartbeat = number(query, "heartbeat", null)
                .map(Duration::ofSeconds)
                .map(asked -> longer(asked, GatewayOptions.SHORTEST_HEARTBEAT))
                .map(asked -> shorter(asked, GatewayOptions.LONGEST_HEARTBEAT))
                .orElse(options.heartbeat());
        return new Delivery(
                compat ? shorter(heartbeat, COMPAT_HEARTBEAT) : heartbeat,
                number(query, "padding", MOST_PADDING).orElse(compat ? COMPAT_PADDING : 0),
                Duration.ofMillis(number(query, "flush_ms", Math.toIntExact(LONGEST_WINDOW.toMillis()))
                        .orElse(0)),
                compat,
                flag(query, "gzip"));
    }

    /** How long the stream lives, as chance has it. */
    Duration life(Pace pace, GatewayOptions options) {
        return compat
                ? pace.between(
                        shorter(options.recycleMin(), COMPAT_LEAST_LIFE),
                        shorter(options.recycleMax(), COMPAT_LONGEST_LIFE))
                : pace.between(options.recycleMin(), options.recycleMax());
    }

    /** The value of a parameter; one without a value is not there. */
    static Optional<String> text(UriQuery query, String name) {
        return query.first(name).asOptional().filter(text -> !text.isEmpty());
    }

    /** A whole number; {@code max} null: of six digits at most. @throws Refusal 400 for anything else */
    static Optional<Integer> number(UriQuery query, String name, @Nullable Integer max) {
        return text(query, name).map(text -> {
            boolean digits = text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
            int number = digits ? Integer.parseInt(text) : -1;
            if (number < 0 || max != null && number > max) {
                throw new Refusal(
                        ProblemType.PARAMETER_MALFORMED,
                        name + ": a whole number" + (max == null ? "" : " up to " + max));
            }
            return number;
        });
    }

    private static boolean flag(UriQuery query, String name) {
        return number(query, name, 1).orElse(0) == 1;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
