package io.tailrace.catchup;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.log.Head;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Position;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;

/** The routes of catch-up. Failures are thrown: {@link Refusal} and {@link io.tailrace.log.LogUnavailable}. */
public final class CatchupRoutes implements HttpService {

    private final History history;
    private final Snapshots snapshots;

    /**
     * @param log what is read
     * @param contracts tell which channels keep anything
     * @param access who may read
     * @param watch what long polls wait for
     */
    public CatchupRoutes(EventLog log, Contracts contracts, ReadAccess access, HeadWatch watch) {
        this.history = new History(log, contracts, access, watch);
        this.snapshots = new Snapshots(log, contracts, access);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/channels/{channel}/events", history::answer)
                .get("/v1/channels/{channel}/snapshot", snapshots::answer);
    }

    static ChannelName channel(ServerRequest request) {
        return ChannelName.ofPath(request.path().pathParameters().get("channel"));
    }

    /** The channel's contract; refuses channels that keep nothing. */
    static Contract durable(Contracts contracts, ChannelId channel) {
        Contract contract =
                contracts.of(channel.tenant(), channel.name().namespace()).contract();
        if (!contract.durable()) {
            throw new Refusal(Problem.of(ProblemType.NOT_DURABLE));
        }
        return contract;
    }

    /** A seq of the log at hand as a stream takes it, in a query or after {@code @}. */
    static String position(Head head, long seq) {
        return new Position.Seq(head.epoch(), seq).text();
    }

    /** Why a position cannot be used, with the ends of the log. */
    static Refusal gone(ProblemType type, Head head) {
        return new Refusal(Problem.of(type).with("head", head.seq()).with("floor", head.floor()));
    }
}
