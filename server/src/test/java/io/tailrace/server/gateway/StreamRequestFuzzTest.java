package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.WritableHeaders;
import io.tailrace.fuzz.Cost;
import io.tailrace.fuzz.Fuzzing;
import io.tailrace.server.http.Addresses;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any query of a stream, as it stands in the address: a request within its bounds, or one refused as malformed. */
@Tag("R-74")
public class StreamRequestFuzzTest {

    private static final GatewayOptions OPTIONS = GatewayOptions.DEFAULT;
    private static final long BOUND = 262_144;
    private static final int PER_BYTE = 4_096;

    @Test
    void aQueryIsReadOrRefusedAsMalformed() {
        Fuzzing.run(
                StreamRequestFuzzTest.class,
                "channel=board:roadmap@41&channel=chat:42&heartbeat=15&device=phone&client=web/1",
                "channel=a@2~41&channel=a@40&channel=a&wait=25&last_event_id=v.AAAAAQ",
                "channel=%61%40%31&heartbeat=000005&wait=999999",
                "channel=a@99999999999999999999999999999999~1",
                "channel=&channel=a+b&channel=%C3%A4",
                "channel=a&padding=16384&flush_ms=2000&compat=1&gzip=1&heartbeat=0",
                "channel=a&wait=0&moment=mpR5nwAAAAAAAAAC7wAB&last_event_id=x.42",
                "&&=&channel&=channel;channel=a#x");
    }

    public static void fuzzerTestOneInput(byte[] data) {
        String raw = new String(data, StandardCharsets.ISO_8859_1);
        try {
            Addresses.requireWellFormed(raw);
        } catch (Refusal refusal) {
            malformed(refusal);
            return;
        }
        Cost.atMost(BOUND + (long) PER_BYTE * data.length, () -> parse(raw));
    }

    private static void parse(String raw) {
        var query = UriQuery.create(raw);
        try {
            var header = WritableHeaders.create().set(HeaderNames.create("Last-Event-ID"), raw);
            holds(StreamRequest.parse(query, WritableHeaders.create(), OPTIONS), query);
            var asked = StreamRequest.parse(query, header, OPTIONS); // the header wins
            assertThat(asked.dismissed() ? "x." + (asked.position() == null ? "" : asked.position()) : asked.position())
                    .isEqualTo(raw);
        } catch (Refusal refusal) {
            malformed(refusal);
        }
    }

    private static void malformed(Refusal refusal) {
        assertThat(refusal.problem().cause()).isEqualTo(ProblemType.PARAMETER_MALFORMED);
        assertThat(refusal.problem().detail()).isNotBlank().hasSizeLessThan(200);
    }

    private static void holds(StreamRequest request, UriQuery query) {
        assertThat(request.delivery().heartbeat())
                .isBetween(GatewayOptions.SHORTEST_HEARTBEAT, GatewayOptions.LONGEST_HEARTBEAT);
        assertThat(request.delivery().padding()).isBetween(0, Delivery.MOST_PADDING);
        assertThat(request.delivery().window()).isBetween(Duration.ZERO, Delivery.LONGEST_WINDOW);
        if (request.pollFor() != null) {
            assertThat(request.pollFor()).isBetween(Duration.ZERO, OPTIONS.maxWait());
        }
        if (request.position() != null) {
            assertThat(request.position()).isNotEmpty();
        }
        for (String word : new String[] {request.client(), request.device()}) {
            assertThat(word == null || word.matches("[ -~]{1,128}")).isTrue();
        }
        assertThat(request.channels().size()).isBetween(1, OPTIONS.maxChannels());
        holds(request, query.all("channel"));
    }

    /** Each channel that was asked for is there; the order in which one is named twice changes nothing. */
    private static void holds(StreamRequest request, List<String> asked) {
        for (String text : asked) {
            var channel = Start.Asked.parse(text);
            assertThat(request.channels()).containsKey(channel.channel());
            if (channel.start() instanceof Start.After(int epoch, long seq)) {
                assertThat(epoch).isNotNegative();
                assertThat(seq).isNotNegative();
                assertThat(request.channels().get(channel.channel()))
                        .isNotInstanceOf(Start.Now.class)
                        .satisfies(start -> assertThat(start instanceof Start.After(var same, long at) && at > seq)
                                .isFalse());
            }
        }
        assertThat(StreamRequest.channels(asked.reversed(), OPTIONS.maxChannels()))
                .isEqualTo(request.channels());
    }
}
