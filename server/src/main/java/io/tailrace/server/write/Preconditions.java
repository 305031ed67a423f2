package io.tailrace.server.write;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.tailrace.log.IfMatch;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a write says beside its body, read strictly. */
final class Preconditions {

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final Pattern REVISION = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");
    private static final Pattern NUMBER = Pattern.compile("\"?(0|[1-9][0-9]{0,17})\"?");

    private Preconditions() {}

    static IdempotencyKey idempotencyKey(ServerRequestHeaders headers) {
        String text = single(headers, IDEMPOTENCY_KEY)
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.IDEMPOTENCY_KEY_MISSING)));
        return IdempotencyKey.parse(text)
                .orElseThrow(() -> malformed("Idempotency-Key is 1 to 255 visible ASCII characters"));
    }

    /** The revision of {@code If-Match: "42"}; other forms of the header mean nothing here and are refused. */
    static Optional<IfMatch> ifMatch(ServerRequestHeaders headers) {
        return single(headers, HeaderNames.IF_MATCH).map(text -> {
            Matcher revision = REVISION.matcher(text);
            if (!revision.matches()) {
                throw malformed("If-Match is one strong revision, as \"42\", or \"0\" for a key that must not exist:"
                        + " no list, no W/ and no *");
            }
            return new IfMatch.Revision(Long.parseLong(revision.group(1)));
        });
    }

    /**
     * The condition of an item of a batch: digits are a revision, with or without the quotes of an entity tag; anything
     * else is the idempotency key of an earlier write.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static IfMatch ifMatch(String text) {
        Matcher revision = NUMBER.matcher(text);
        return revision.matches()
                ? new IfMatch.Revision(Long.parseLong(revision.group(1)))
                : new IfMatch.Earlier(IdempotencyKey.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "if_match is a revision or the idempotency key of an earlier write")));
    }

    private static Optional<String> single(ServerRequestHeaders headers, HeaderName name) {
        if (!headers.contains(name)) {
            return Optional.empty();
        }
        List<String> values = headers.get(name).allValues();
        if (values.size() != 1) {
            throw malformed(name.defaultCase() + " is given more than once");
        }
        return Optional.of(values.getFirst().trim());
    }

    private static Refusal malformed(String why) {
        return new Refusal(ProblemType.HEADER_MALFORMED, why);
    }
}
