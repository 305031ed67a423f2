package io.tailrace.server.gateway;

import io.tailrace.wire.ChannelName;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.regex.Pattern;

/** Where a channel of a stream starts, as far as the request says. */
sealed interface Start {

    /** With what is written from now on. */
    record Now() implements Start {}

    /**
     * After an event.
     *
     * @param epoch the log's epoch in which {@code seq} was given; any for seq 0
     * @param seq the last event already known, at least 0
     */
    record After(int epoch, long seq) implements Start {}

    /** A position was sent and cannot be used. */
    record Unusable() implements Start {}

    /** A channel as a request names it: {@code a}, {@code a@41} or {@code a@2~41}. */
    record Asked(ChannelName channel, Start start) {

        private static final Pattern DIGITS = Pattern.compile("(?:([0-9]{1,32})~)?([0-9]{1,32})");

        /** @throws Refusal when it is no channel name, or no number stands behind the {@code @} */
        static Asked parse(String text) {
            int at = text.indexOf('@');
            String name = at < 0 ? text : text.substring(0, at);
            var channel = ChannelName.parse(name)
                    .orElseThrow(() ->
                            new Refusal(ProblemType.PARAMETER_MALFORMED, "channel: not a channel name, or name@seq"));
            return new Asked(channel, at < 0 ? new Now() : after(text.substring(at + 1)));
        }

        private static Start after(String position) {
            var match = DIGITS.matcher(position);
            if (!match.matches()) {
                throw new Refusal(ProblemType.PARAMETER_MALFORMED, "channel: a seq stands behind @");
            }
            try {
                int epoch = match.group(1) == null ? 1 : Integer.parseInt(match.group(1));
                return new After(epoch, Long.parseLong(match.group(2)));
            } catch (NumberFormatException beyondAnySeq) {
                return new Unusable();
            }
        }
    }
}
