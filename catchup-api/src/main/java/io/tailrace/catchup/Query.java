package io.tailrace.catchup;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The query of one request, read strictly: each parameter at most once, none that is not known here. */
public final class Query {

    /** Read by whoever checks credentials. */
    private static final String TICKET = "ticket";

    /** The largest seq that is looked for: 18 digits, as in a position. */
    static final long MAX_SEQ = 999_999_999_999_999_999L;

    private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final ServerRequest request;

    /** @throws Refusal 400 for a parameter that is not in {@code known} */
    public Query(ServerRequest request, Set<String> known) {
        this.request = request;
        for (String name : request.query().names()) {
            if (!known.contains(name) && !name.equals(TICKET)) {
                throw malformed("an unknown parameter");
            }
        }
    }

    /**
     * A whole number within bounds.
     *
     * @throws Refusal 400 for anything else
     */
    public Optional<Long> number(String name, long min, long max) {
        return text(name).map(text -> {
            if (WHOLE.matcher(text).matches()) {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
            }
            throw malformed(name + " is a whole number from " + min + " to " + max);
        });
    }

    /**
     * The value of a parameter.
     *
     * @throws Refusal 400 when it is given twice
     */
    public Optional<String> text(String name) {
        List<String> values = request.query().all(name, List::of);
        if (values.size() > 1) {
            throw malformed(name + " is given more than once");
        }
        return values.stream().findFirst();
    }

    public static Refusal malformed(String why) {
        return new Refusal(ProblemType.PARAMETER_MALFORMED, why);
    }
}
