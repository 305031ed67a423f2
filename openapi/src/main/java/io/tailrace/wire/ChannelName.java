package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a channel within its tenant: 1 to {@value #MAX_LENGTH} characters of {@code [A-Za-z0-9._:-]}, the first
 * a letter or digit. By convention {@code namespace:id}; the namespace selects the contract. Names compare in the
 * order of their code units, which is PostgreSQL's {@code COLLATE "C"}: locks are taken in this order everywhere.
 *
 * @param value the name as it stands in paths and frames
 */
public record ChannelName(@JsonValue String value) implements Comparable<ChannelName> {

    /** Characters in the longest name. */
    public static final int MAX_LENGTH = 128;

    /** The namespace of names that have no colon. */
    public static final String DEFAULT_NAMESPACE = "default";

    private static final String RULE =
            "a channel name is 1 to 128 characters of [A-Za-z0-9._:-] and starts with a letter or digit";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    /** @throws IllegalArgumentException when {@code value} is not of the form above */
    @JsonCreator
    public ChannelName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /** The name, or empty when {@code text} is not of the form: for input from outside. */
    public static Optional<ChannelName> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new ChannelName(text)) : Optional.empty();
    }

    /**
     * The name that a request's address holds.
     *
     * @throws Refusal 400 when {@code text} is not of the form
     */
    public static ChannelName ofPath(String text) {
        return parse(text).orElseThrow(() -> new Refusal(ProblemType.PARAMETER_MALFORMED, RULE));
    }

    /** What stands before the first colon, or {@value #DEFAULT_NAMESPACE} without one (or with nothing before it). */
    public String namespace() {
        int colon = value.indexOf(':');
        return colon < 1 ? DEFAULT_NAMESPACE : value.substring(0, colon);
    }

    @Override
    public int compareTo(ChannelName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
