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
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for a stream or a poll, parsed.
 *
 * @param channels where each asked channel starts; by name, at least one
 * @param position {@code Last-Event-ID} as it was sent, which outranks {@code channels}; null: none
 * @param delivery how a stream reaches the client
 * @param client name and version as the client says; null: it does not
 * @param device as the client says; null: it does not
 * @param pollFor how long a poll waits; null: a stream is asked for
 * @param moment what the client of a poll knows of the moment; null: it does not say
 * @param dismissed whether the client was told before that it is not served
 */
record StreamRequest(
        SortedMap<ChannelName, Start> channels,
        @Nullable String position,
        Delivery delivery,
        @Nullable String client,
        @Nullable String device,
        @Nullable Duration pollFor,
        @Nullable Moment moment,
        boolean dismissed) {

    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final int MAX_WORD = 128;

    /** @throws Refusal 400 for what is malformed */
    static StreamRequest parse(UriQuery query, Headers headers, GatewayOptions options) {
        var id = headers.first(LAST_EVENT_ID)
                .filter(text -> !text.isEmpty())
                .or(() -> Delivery.text(query, "last_event_id"));
        var farewell = id.flatMap(Farewell::parse).orElse(null);
        return new StreamRequest(
                channels(query.contains("channel") ? query.all("channel") : List.of(), options.maxChannels()),
                farewell == null ? id.orElse(null) : farewell.position(),
                Delivery.parse(query, options),
                word(query, "client"),
                word(query, "device"),
                Delivery.number(query, "wait", null)
                        .map(seconds -> Delivery.shorter(Duration.ofSeconds(seconds), options.maxWait()))
                        .orElse(null),
                Delivery.text(query, "moment").map(Moment::parse).orElse(null),
                farewell != null);
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

    private static @Nullable String word(UriQuery query, String name) {
        var word = Delivery.text(query, name);
        if (word.filter(text -> text.length() > MAX_WORD || text.chars().anyMatch(c -> c < ' ' || c > '~'))
                .isPresent()) {
            throw new Refusal(
                    ProblemType.PARAMETER_MALFORMED, name + ": at most " + MAX_WORD + " printable ASCII characters");
        }
        return word.orElse(null);
    }
}
