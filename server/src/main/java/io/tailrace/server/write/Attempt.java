package io.tailrace.server.write;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.Contracts;
import io.tailrace.log.LogUnavailable;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import io.tailrace.wire.Standing;
import io.tailrace.wire.WriteReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes of one author to one channel on their way. Made and finished by the request's thread; between the two its run
 * waits in a lane, so that the channels of a batch are under way together.
 *
 * <p>Each item has an outcome once it is decided. Items under way ride in one run, in order, also those that break a
 * rule of the contract: such a one may repeat a write that an earlier contract allowed, and a replay is answered
 * whatever the contract says now. They carry a contract version that is never in force, so that the log tells of a
 * replay and appends nothing.
 */
final class Attempt {

    /** Never a contract's version. */
    private static final long NEVER = -1;

    /** How often a contract may change under our hands. */
    private static final int MAX_ROUNDS = 3;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

    private final Writes writes;
    private final Sender sender;
    private final Identity author;
    private final ChannelName channel;
    private final List<WriteItem> items;

    private final @Nullable WriteOutcome[] outcomes;
    private final @Nullable Problem[] violations;
    private List<Integer> sent = List.of();
    private @Nullable Run run;

    Attempt(Writes writes, Sender sender, ChannelName channel, List<WriteItem> items) {
        this.writes = writes;
        this.sender = sender;
        this.author = sender.identity();
        this.channel = channel;
        this.items = items;
        this.outcomes = new WriteOutcome[items.size()];
        this.violations = new Problem[items.size()];
        orRefuse(this::start);
    }

    /** What stops one item before it is sent stops all that are undecided. */
    private void orRefuse(Runnable step) {
        try {
            step.run();
        } catch (Refusal refusal) {
            decideRest(new WriteOutcome.Refused(refusal.problem()));
        } catch (LogUnavailable e) {
            decideRest(new WriteOutcome.Refused(unavailable()));
        }
    }

    private void start() {
        Contracts.Versioned contract = writes.contracts.of(author.tenant(), channel.namespace());
        var standings = standings(contract);
        for (int i = 0; i < items.size(); i++) {
            if (outcomes[i] != null) {
                continue;
            }
            Optional<Duration> excess =
                    writes.rate.excess(id(), contract.contract().writeRate());
            if (excess.isPresent()) {
                decideRest(
                        i,
                        new WriteOutcome.Refused(
                                Problem.of(ProblemType.RATE_LIMITED, "the channel is written to too often")
                                        .retryAfter(excess.get())));
                break;
            }
            int item = i;
            writes.rules.always(items.get(i)).ifPresent(problem -> decide(item, new WriteOutcome.Refused(problem)));
        }
        send(standings, contract);
    }

    /** Where the rights come from that the undecided items need; those that lack theirs are refused. */
    private Map<Capability, Standing> standings(Contracts.Versioned contract) {
        var standings = new EnumMap<Capability, Standing>(Capability.class);
        for (Capability needed : List.of(Capability.WRITE, Capability.PUBLISH_AS)) {
            if (undecided().stream().anyMatch(item -> needed(items.get(item)) == needed)) {
                try {
                    standings.put(needed, standing(contract, needed));
                } catch (Refusal refusal) {
                    refuseIf(item -> needed(item) == needed, refusal.problem());
                }
            }
        }
        if (!contract.contract().durable() && standings.containsKey(Capability.PUBLISH_AS)) {
            requireNames();
        }
        return standings;
    }

    /** The log checks again what it appends; nobody else does for what is only passed on. */
    private Standing standing(Contracts.Versioned contract, Capability needed) {
        return contract.contract().durable()
                ? writes.access.presume(author, channel, needed)
                : writes.access.require(author, channel, needed);
    }

    private void requireNames() {
        var names = undecided().stream()
                .map(items::get)
                .filter(item -> via(item) != null)
                .map(this::by)
                .toList();
        var shutOut = writes.access.shutOut(author, channel, names);
        refuseIf(item -> via(item) != null && shutOut.contains(by(item)), Problem.of(ProblemType.FORBIDDEN));
    }

    /** In whose name an item is. */
    private String by(WriteItem item) {
        return Objects.requireNonNullElse(item.draft().by(), author.user());
    }

    /** Who writes an item in another's name; null: it is in the author's own. */
    private @Nullable String via(WriteItem item) {
        return by(item).equals(author.user()) ? null : author.user();
    }

    private Capability needed(WriteItem item) {
        return via(item) == null ? Capability.WRITE : Capability.PUBLISH_AS;
    }

    private List<Integer> undecided() {
        return IntStream.range(0, outcomes.length)
                .filter(item -> outcomes[item] == null)
                .boxed()
                .toList();
    }

    private void refuseIf(Predicate<WriteItem> unfit, Problem problem) {
        undecided().stream().filter(item -> unfit.test(items.get(item))).forEach(item -> refuse(item, problem));
    }

    private WriteOutcome passOn(WriteItem item) {
        boolean taken = writes.signals.event(id(), by(item), via(item), item.draft());
        return taken
                ? new WriteOutcome.PassedOn()
                : new WriteOutcome.Refused(Problem.of(ProblemType.OVERLOADED).retryAfter(Duration.ofSeconds(1)));
    }

    /** Sends what is undecided, as {@code contract} has it. */
    private void send(Map<Capability, Standing> standings, Contracts.Versioned contract) {
        var riding = new ArrayList<Integer>();
        var appends = new ArrayList<Append>();
        for (int i : undecided()) {
            Problem violation =
                    writes.rules.under(contract.contract(), items.get(i)).orElse(null);
            if (!contract.contract().durable()) {
                decide(i, violation == null ? passOn(items.get(i)) : new WriteOutcome.Refused(violation));
            } else if (violation != null && contract.version() == 0) {
                decide(i, new WriteOutcome.Refused(violation));
            } else {
                violations[i] = violation;
                riding.add(i);
                appends.add(append(items.get(i), standings, violation == null ? contract.version() : NEVER));
            }
        }
        sent = riding;
        run = appends.isEmpty() ? null : new Run(appends);
        if (run != null) {
            writes.lanes.submit(run);
        }
    }

    private Append append(WriteItem item, Map<Capability, Standing> standings, long contractVersion) {
        return new Append(
                id(),
                author.actor(),
                Objects.requireNonNull(standings.get(needed(item))),
                by(item),
                item.key(),
                item.draft(),
                item.ifMatch(),
                sender.trace(),
                via(item) == null ? null : sender.address().get(),
                contractVersion);
    }

    /** Waits for the run, and tells what became of each item, in order. */
    List<WriteOutcome> finish() {
        for (int round = 1; run != null; round++) {
            settle(run.await(writes.patience));
            run = null;
            if (round == MAX_ROUNDS) {
                decideRest(new WriteOutcome.Refused(
                        Problem.of(ProblemType.CONTRACT_CHANGED).retryAfter(SOON)));
            } else if (Arrays.asList(outcomes).contains(null)) {
                orRefuse(this::again);
            }
        }
        return inOrder();
    }

    /** The contract has changed: judges what is undecided by the new one. */
    private void again() {
        Contracts.Versioned contract = writes.contracts.refreshed(author.tenant(), channel.namespace());
        send(standings(contract), contract);
    }

    private void settle(Run.Outcome outcome) {
        switch (outcome) {
            case Run.Outcome.Overloaded() -> {
                writes.meters.overloaded();
                decideRest(new WriteOutcome.Refused(
                        Problem.of(ProblemType.OVERLOADED).retryAfter(SOON)));
            }
            case Run.Outcome.Decided(List<AppendOutcome> decided) -> {
                for (int i = 0; i < decided.size(); i++) {
                    settle(sent.get(i), decided.get(i));
                }
            }
        }
    }

    private void settle(int item, AppendOutcome outcome) {
        switch (outcome) {
            case AppendOutcome.Committed as -> decide(item, stored(item, as.seq(), as.at(), false));
            case AppendOutcome.Replayed as -> decide(item, stored(item, as.seq(), as.at(), true));
            case AppendOutcome.Stale(var current) -> decide(item, new WriteOutcome.Stale(current));
            case AppendOutcome.KeyReused() -> refuse(item, Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED));
            case AppendOutcome.Forbidden() -> refuse(item, Problem.of(ProblemType.FORBIDDEN));
            case AppendOutcome.NoChannel() -> refuse(item, Problem.of(ProblemType.CHANNEL_NOT_FOUND));
            case AppendOutcome.Rejected ignored -> refuse(item, Problem.of(ProblemType.VALUE_UNACCEPTABLE));
            case AppendOutcome.Unavailable() -> refuse(item, unavailable());
            case AppendOutcome.Unknown() ->
                refuse(item, Problem.of(ProblemType.OUTCOME_UNKNOWN).retryAfter(SOON));
            case AppendOutcome.ContractChanged() -> {
                Problem violation = violations[item];
                if (violation != null) {
                    refuse(item, violation);
                }
            }
        }
    }

    private WriteOutcome stored(int item, long seq, Instant at, boolean replayed) {
        var written = items.get(item);
        return new WriteOutcome.Stored(
                WriteReceipt.of(channel, seq, written.draft(), by(written), via(written), at), replayed);
    }

    private void refuse(int item, Problem problem) {
        decide(item, new WriteOutcome.Refused(problem));
    }

    private void decide(int item, WriteOutcome outcome) {
        outcomes[item] = outcome;
    }

    private void decideRest(WriteOutcome outcome) {
        decideRest(0, outcome);
    }

    private void decideRest(int from, WriteOutcome outcome) {
        for (int i = from; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                decide(i, outcome);
            }
        }
    }

    /** After a 429 or 503 nothing of the channel counts as tried, unless it is in the log. */
    private List<WriteOutcome> inOrder() {
        var told = new ArrayList<WriteOutcome>();
        WriteOutcome.Refused held = null;
        for (WriteOutcome outcome : outcomes) {
            if (outcome == null) {
                throw new IllegalStateException("an item is undecided");
            }
            told.add(held == null || outcome instanceof WriteOutcome.Stored ? outcome : held);
            if (held == null && outcome instanceof WriteOutcome.Refused refused && refused.holdsUp()) {
                held = refused;
            }
        }
        return told;
    }

    private ChannelId id() {
        return author.channel(channel);
    }

    private static Problem unavailable() {
        return Problem.of(ProblemType.UNAVAILABLE).retryAfter(DATABASE_RETRY);
    }
}
