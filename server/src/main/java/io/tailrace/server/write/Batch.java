package io.tailrace.server.write;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import io.tailrace.wire.JsonSlice;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import io.tailrace.wire.WriteReceipt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body and answer of {@code POST /v1/writes}. */
final class Batch {

    /** Writes in one batch at most. */
    static final int MAX_WRITES = Run.MAX_WRITES;

    /** Bytes of the longest body. */
    static final int MAX_BYTES = 4 << 20;

    private Batch() {}

    /** What is asked for: a write, or why what stands in its place is none. */
    sealed interface Asked {

        record Write(ChannelName channel, WriteItem item) implements Asked {}

        record Malformed(Problem problem) implements Asked {}
    }

    /** The body, its items still to be read. */
    record Body(List<JsonSlice> writes) {}

    /**
     * An item of the body.
     *
     * @param ifMatch see {@link Preconditions#ifMatch(String)}
     */
    private record Item(
            IdempotencyKey idempotencyKey,
            ChannelName channel,
            String type,
            Json data,
            @Nullable String key,
            @Nullable String ref,
            @Nullable String by,
            @Nullable String ifMatch) {

        /** Builds all parts, so that each is judged while the place in the body is known. */
        Asked.Write write() {
            var condition = ifMatch == null ? null : Preconditions.ifMatch(ifMatch);
            return new Asked.Write(
                    channel, new WriteItem(idempotencyKey, new EventDraft(type, data, key, ref, by), condition));
        }
    }

    /**
     * Reads a batch. An item that is malformed does not spoil the others: an offline queue would never get past it.
     *
     * @throws Refusal when it does not have 1 to {@value #MAX_WRITES} items
     */
    static List<Asked> read(Body body) {
        int count = body.writes().size();
        if (count == 0) {
            throw new Refusal(Problem.of(ProblemType.JSON_MALFORMED, "a batch has a write at least")
                    .with("pointer", "/writes"));
        }
        if (count > MAX_WRITES) {
            throw new Refusal(ProblemType.BODY_TOO_LARGE, "a batch has at most " + MAX_WRITES + " writes");
        }
        var asked = new ArrayList<Asked>();
        for (int i = 0; i < count; i++) {
            asked.add(read(i, body.writes().get(i)));
        }
        return asked;
    }

    private static Asked read(int index, JsonSlice item) {
        try {
            return JsonCodec.read(item.text(), Item.class).write();
        } catch (JsonFault fault) {
            return malformed("/writes/" + index + fault.pointer(), fault.reason());
        } catch (IllegalArgumentException fault) {
            return malformed("/writes/" + index, String.valueOf(fault.getMessage()));
        }
    }

    private static Asked malformed(String pointer, String why) {
        return new Asked.Malformed(Problem.of(ProblemType.JSON_MALFORMED, why).with("pointer", pointer));
    }

    /** The answer. */
    record Results(List<Result> results) {}

    /** What became of one item; {@code problem} tells in {@code retry_after} when to send it again, in seconds. */
    @JsonPropertyOrder({"status", "replayed", "receipt", "problem"})
    record Result(
            int status,
            @Nullable Boolean replayed,
            @Nullable WriteReceipt receipt,
            @Nullable Problem problem) {

        static Result of(WriteOutcome outcome) {
            return switch (outcome) {
                case WriteOutcome.Stored(WriteReceipt receipt, boolean replayed) ->
                    new Result(201, replayed ? true : null, receipt, null);
                case WriteOutcome.PassedOn() -> new Result(202, null, null, null);
                case WriteOutcome.Stale stale -> of(stale.problem());
                case WriteOutcome.Refused(Problem problem) -> of(problem);
            };
        }

        static Result of(Problem problem) {
            var told = problem.retryAfterSeconds()
                    .map(seconds -> problem.with("retry_after", seconds))
                    .orElse(problem);
            return new Result(problem.status(), null, null, told);
        }
    }
}
