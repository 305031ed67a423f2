package io.tailrace.server.write;

import io.tailrace.server.schema.Schemas;
import io.tailrace.wire.Contract;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.EventType;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** What a write has to fulfil before the log is asked. */
final class Rules {

    /** Types that tell of what the server itself did, and must not be forged, in whatever version. */
    private static final Set<String> OURS = Set.of("member.added", "member.removed");

    /** Bytes of UTF-8 in one {@code char} at most. */
    private static final int MAX_BYTES_PER_CHAR = 3;

    private final Schemas schemas;
    private final Duration idempotencyTtl;
    private final InstantSource clock;

    Rules(Schemas schemas, Duration idempotencyTtl, InstantSource clock) {
        this.schemas = schemas;
        this.idempotencyTtl = idempotencyTtl;
        this.clock = clock;
    }

    /** What is wrong with a write under every contract. */
    Optional<Problem> always(WriteItem item) {
        if (expired(item.key())) {
            return Optional.of(Problem.of(
                    ProblemType.IDEMPOTENCY_KEY_EXPIRED,
                    "keys live " + idempotencyTtl.toHours() + " hours; whether this one was applied is not known any"
                            + " more"));
        }
        if (OURS.contains(EventType.unversioned(item.draft().type()))) {
            return Optional.of(Problem.of(ProblemType.VALUE_UNACCEPTABLE, "this type tells of what the server did")
                    .with("pointer", "/type"));
        }
        return Optional.empty();
    }

    /** What is wrong with a write under {@code contract}. */
    Optional<Problem> under(Contract contract, WriteItem item) {
        EventDraft draft = item.draft();
        if (larger(draft.data(), contract.maxEventBytes())) {
            return Optional.of(
                    Problem.of(ProblemType.BODY_TOO_LARGE, "data has at most " + contract.maxEventBytes() + " bytes")
                            .with("max_bytes", contract.maxEventBytes()));
        }
        if (!contract.durable()) {
            return item.ifMatch() != null
                    ? Optional.of(Problem.of(ProblemType.NOT_DURABLE))
                    : schemas.violation(contract, draft.type(), draft.data());
        }
        if (contract.conflict() == Contract.Conflict.COMPARE_AND_SET && draft.key() != null && item.ifMatch() == null) {
            return Optional.of(Problem.of(ProblemType.PRECONDITION_REQUIRED));
        }
        return schemas.violation(contract, draft.type(), draft.data());
    }

    private boolean expired(IdempotencyKey key) {
        return key.madeAt()
                .filter(madeAt -> madeAt.isBefore(clock.instant().minus(idempotencyTtl)))
                .isPresent();
    }

    /** Counts bytes only where the number of characters does not already tell. */
    private static boolean larger(Json data, int bytes) {
        String text = data.text();
        return text.length() > bytes
                || text.length() > bytes / MAX_BYTES_PER_CHAR && text.getBytes(StandardCharsets.UTF_8).length > bytes;
    }
}
