package io.tailrace.catchup;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.log.LogEntry;
import io.tailrace.log.ReadOutcome;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pages of history, and the long poll: an empty last page that waits. */
final class History {

    /** Events in a page that does not say. */
    static final int DEFAULT_LIMIT = 100;

    /** Seconds of the longest wait. */
    static final int MAX_WAIT = 60;

    private static final Set<String> PARAMETERS = Set.of("after", "before", "epoch", "limit", "wait");

    /**
     * What is asked for.
     *
     * @param after the last event already known; empty: from the oldest retained on, or with {@code before} up to it
     * @param before the first event not wanted
     * @param epoch the log's epoch that both are meant in; empty: whatever it is now
     * @param patience how long an empty answer waits
     */
    private record Ask(
            Optional<Long> after, Optional<Long> before, Optional<Integer> epoch, int limit, Duration patience) {

        static Ask of(ServerRequest request) {
            var query = new Query(request, PARAMETERS);
            var ask = new Ask(
                    query.number("after", 0, Query.MAX_SEQ),
                    query.number("before", 1, Query.MAX_SEQ),
                    query.number("epoch", 1, Integer.MAX_VALUE).map(Long::intValue),
                    query.number("limit", 1, EventLog.MAX_PAGE)
                            .map(Long::intValue)
                            .orElse(DEFAULT_LIMIT),
                    Duration.ofSeconds(query.number("wait", 0, MAX_WAIT).orElse(0L)));
            if (ask.before.isPresent() && !ask.patience.isZero()) {
                throw Query.malformed("wait does not go with before");
            }
            if (ask.before.isPresent()
                    && ask.after.filter(after -> after >= ask.before.get()).isPresent()) {
                throw Query.malformed("before is above after");
            }
            return ask;
        }

        /** Whether the page just before an event is wanted, rather than the one just after. */
        boolean backwards() {
            return before.isPresent() && after.isEmpty();
        }
    }

    private final EventLog log;
    private final Contracts contracts;
    private final ReadAccess access;
    private final HeadWatch watch;

    History(EventLog log, Contracts contracts, ReadAccess access, HeadWatch watch) {
        this.log = log;
        this.contracts = contracts;
        this.access = access;
        this.watch = watch;
    }

    void answer(ServerRequest request, ServerResponse response) throws IOException {
        ChannelName name = CatchupRoutes.channel(request);
        var granted = access.require(request, name);
        var ask = Ask.of(request);
        CatchupRoutes.durable(contracts, granted.channel());
        Found found = find(granted, ask);
        if (found.entries().isEmpty() && !ask.patience().isZero()) {
            await(granted.channel(), found.after(), ask.patience());
            found = find(access.require(request, name), ask);
            if (found.entries().isEmpty()) {
                watch.drainsFor().ifPresent(History::sendAway);
            }
        }
        page(name, ask, found).send(request, response);
    }

    /**
     * A stretch of the log.
     *
     * @param after the event before the first
     */
    private record Found(long after, List<LogEntry> entries, Head head) {

        long last() {
            return after + entries.size();
        }

        /** Without what is not below {@code before}. */
        Found upTo(long before) {
            int count = (int) Math.min(entries.size(), before - 1 - after);
            return new Found(after, entries.subList(0, count), head);
        }
    }

    private Found find(ReadAccess.Granted granted, Ask ask) {
        if (ask.after().isEmpty()) {
            return ask.before().isEmpty()
                    ? findRetained(granted, ask, 0, ask.limit())
                    : findBefore(granted, ask, ask.before().get());
        }
        long after = ask.after().get();
        Found found = found(after, log.read(granted.channel(), after, ask.limit(), granted.reader()), ask);
        return ask.before().map(found::upTo).orElse(found);
    }

    private Found findBefore(ReadAccess.Granted granted, Ask ask, long before) {
        long after = Math.max(0, before - 1 - ask.limit());
        Found found = findRetained(granted, ask, after, (int) Math.max(1, before - 1 - after));
        if (before - 1 > found.head().seq()) {
            throw CatchupRoutes.gone(ProblemType.ABOVE_HEAD, found.head());
        }
        if (before - 1 < found.after()) {
            throw CatchupRoutes.gone(ProblemType.BELOW_FLOOR, found.head());
        }
        return found.upTo(before);
    }

    /** Reads on from {@code after}, or from the floor if that is above it. */
    private Found findRetained(ReadAccess.Granted granted, Ask ask, long after, int limit) {
        ReadOutcome outcome = log.read(granted.channel(), after, limit, granted.reader());
        if (outcome instanceof ReadOutcome.BelowFloor(Head head) && head.floor() > after) {
            return found(head.floor(), log.read(granted.channel(), head.floor(), limit, granted.reader()), ask);
        }
        return found(after, outcome, ask);
    }

    private static Found found(long after, ReadOutcome outcome, Ask ask) {
        return switch (outcome) {
            case ReadOutcome.Page(List<LogEntry> entries, Head head) -> {
                requireEpoch(ask, head);
                yield new Found(after, entries, head);
            }
            case ReadOutcome.BelowFloor(Head head) -> {
                requireEpoch(ask, head);
                throw CatchupRoutes.gone(ProblemType.BELOW_FLOOR, head);
            }
            case ReadOutcome.AboveHead(Head head) -> {
                requireEpoch(ask, head);
                throw CatchupRoutes.gone(ProblemType.ABOVE_HEAD, head);
            }
            case ReadOutcome.Forbidden() -> throw new Refusal(Problem.of(ProblemType.FORBIDDEN));
        };
    }

    private static void requireEpoch(Ask ask, Head head) {
        if (ask.epoch().filter(epoch -> epoch != head.epoch()).isPresent()) {
            throw CatchupRoutes.gone(ProblemType.ANOTHER_EPOCH, head);
        }
    }

    private void await(ChannelId channel, long after, Duration wait) {
        try {
            watch.awaitBeyond(channel, after, wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(
                    Problem.of(ProblemType.OVERLOADED, "the node stops").retryAfter(Duration.ofSeconds(1)));
        }
    }

    /** An empty page would be asked for again at once, by everybody who waited, as long as the node is there. */
    private static void sendAway(Duration time) {
        throw new Refusal(Problem.of(ProblemType.OVERLOADED, "the node stops").retryAfter(time));
    }

    private static Page page(ChannelName name, Ask ask, Found found) {
        Head head = found.head();
        boolean full = found.entries().size() == ask.limit();
        Optional<Long> next = Optional.empty();
        if (ask.backwards()) {
            next = Optional.of(found.after() + 1).filter(before -> before > head.floor() + 1);
        } else {
            long end =
                    ask.before().map(before -> Math.min(before - 1, head.seq())).orElse(head.seq());
            next = Optional.of(found.last())
                    .filter(last -> last < end || full && ask.before().isEmpty());
        }
        return new Page(
                name,
                found.entries(),
                head,
                CatchupRoutes.position(head, found.last()),
                next.map(seq -> link(name, ask, seq, head.epoch())),
                full && ask.epoch().isPresent());
    }

    /** Where the next page is. It names the epoch, so that a cached page cannot outlive a restore unnoticed. */
    private static String link(ChannelName name, Ask ask, long seq, int epoch) {
        String range = ask.backwards()
                ? "before=" + seq
                : "after=" + seq
                        + ask.before().map(before -> "&before=" + before).orElse("");
        return "/v1/channels/" + name + "/events?" + range + "&limit=" + ask.limit() + "&epoch=" + epoch;
    }
}
