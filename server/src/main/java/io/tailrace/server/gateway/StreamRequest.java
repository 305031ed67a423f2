package io.tailrace.server.gateway;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for a stream or a poll, parsed.
 *
 * @param channels where each asked channel starts; by name, at least one
 * @param position {@code Last-Event-ID} as it was sent, which outranks {@code channels}; null: none
 * @param heartbeat between heartbeats
 * @param client name and version as the client says; null: it does not
 * @param device as the client says; null: it does not
 * @param pollFor how long a poll waits; null: a stream is asked for
 */
record StreamRequest(
        SortedMap<ChannelName, Start> channels,
        @Nullable String position,
        Duration heartbeat,
        @Nullable String client,
        @Nullable String device,
        @Nullable Duration pollFor) {

    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final int MAX_WORD = 128;

    /** @throws Refusal 400 for what is malformed */
    static StreamRequest parse(UriQuery query, Headers headers, GatewayOptions options) {
        return new StreamRequest(
                channels(query.contains("channel") ? query.all("channel") : List.of(), options.maxChannels()),
                headers.first(LAST_EVENT_ID)
                        .filter(id -> !id.isEmpty())
                        .or(() -> parameter(query, "last_event_id"))
                        .orElse(null),
                parameter(query, "heartbeat")
                        .map(text -> heartbeat(seconds("heartbeat", text)))
                        .orElse(options.heartbeat()),
                word(query, "client"),
                word(query, "device"),
                parameter(query, "wait")
                        .map(text -> shorter(seconds("wait", text), options.maxWait()))
                        .orElse(null));
    }

    /** Whether the client says that it was here before. */
    boolean resumes() {
        return position != null;
    }

    /** A channel that is named twice starts where it was asked to start earliest. */
    static SortedMap<ChannelName, Start> channels(List<String> asked, int max) {
        var channels = new TreeMap<ChannelName, Start>();
        for (String text : asked) {
            var channel = Start.Asked.parse(text);
            channels.merge(channel.channel(), channel.start(), StreamRequest::earlier);
            if (channels.size() > max) {
                throw new Refusal(
                        Problem.of(ProblemType.PARAMETER_MALFORMED, "channel: a stream follows at most " + max)
                                .with("max_channels", max));
            }
        }
        if (channels.isEmpty()) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, "channel: at least one is needed");
        }
        return channels;
    }

    private static Start earlier(Start one, Start other) {
        if (one instanceof Start.After a && other instanceof Start.After b) {
            return a.epoch() == b.epoch() ? (a.seq() <= b.seq() ? a : b) : new Start.Unusable();
        }
        return one instanceof Start.Now
                ? other
                : one instanceof Start.Unusable || other instanceof Start.Now ? one : other;
    }

    private static Duration heartbeat(Duration asked) {
        return asked.compareTo(GatewayOptions.SHORTEST_HEARTBEAT) < 0
                ? GatewayOptions.SHORTEST_HEARTBEAT
                : shorter(asked, GatewayOptions.LONGEST_HEARTBEAT);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration seconds(String name, String text) {
        if (text.isEmpty() || text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Refusal(ProblemType.PARAMETER_MALFORMED, name + ": whole seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private static @Nullable String word(UriQuery query, String name) {
        var word = parameter(query, name);
        if (word.filter(text -> text.length() > MAX_WORD || text.chars().anyMatch(c -> c < ' ' || c > '~'))
                .isPresent()) {
            throw new Refusal(
                    ProblemType.PARAMETER_MALFORMED, name + ": at most " + MAX_WORD + " printable ASCII characters");
        }
        return word.orElse(null);
    }

    private static Optional<String> parameter(UriQuery query, String name) {
        return query.first(name).asOptional().filter(text -> !text.isEmpty());
    }
}
