package io.tailrace.wire;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): why a request was refused.
 *
 * @param cause the type, which fixes status and title
 * @param detail one sentence about this occurrence, without payloads or secrets; null: the title says it all
 * @param members further members by name, each a value that {@link JsonCodec} can write
 * @param retryAfter when to try again, sent as {@code Retry-After} in whole seconds rounded up; null: not said
 */
@JsonPropertyOrder({"type", "title", "status", "detail"})
public record Problem(
        @JsonIgnore ProblemType cause,
        @Nullable String detail,
        @JsonIgnore Map<String, Object> members,
        @JsonIgnore @Nullable Duration retryAfter) {

    /** The media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        members = Map.copyOf(members);
    }

    public static Problem of(ProblemType cause) {
        return new Problem(cause, null, Map.of(), null);
    }

    public static Problem of(ProblemType cause, String detail) {
        return new Problem(cause, detail, Map.of(), null);
    }

    /** The same problem with a member more. */
    public Problem with(String name, Object value) {
        var more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(cause, detail, more, retryAfter);
    }

    /** The same problem, worth a retry after {@code delay}. */
    public Problem retryAfter(Duration delay) {
        return new Problem(cause, detail, members, delay);
    }

    @JsonProperty
    public String type() {
        return cause.uri().toString();
    }

    @JsonProperty
    public String title() {
        return cause.title();
    }

    @JsonProperty
    public int status() {
        return cause.status();
    }

    @JsonAnyGetter
    Map<String, Object> extensions() {
        return members;
    }

    /** The value of {@code Retry-After}, at least 1, if a retry makes sense. */
    public Optional<Long> retryAfterSeconds() {
        return Optional.ofNullable(retryAfter)
                .map(d -> Math.max(1, d.plusMillis(999).toSeconds()));
    }
}
