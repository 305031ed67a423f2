package io.tailrace.server.write;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.limit.Limits;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/writes}: an ordered batch across channels. */
public final class BatchRoutes implements HttpService {

    private final Writes writes;
    private final Limits limits;
    private final Broadcasts broadcasts;
    private final Turns turns = new Turns(Runtime.getRuntime().availableProcessors());

    public BatchRoutes(Writes writes, Limits limits, Broadcasts broadcasts) {
        this.writes = writes;
        this.limits = limits;
        this.broadcasts = broadcasts;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/writes", this::append);
    }

    private void append(ServerRequest request, ServerResponse response) {
        Sender sender = writes.sender(request);
        Identity author = sender.identity();
        int declared = pay(author, 1, request.headers().contentLength().orElse(0), 0, response);
        byte[] body = JsonBody.bytes(request, Batch.MAX_BYTES);
        int arrived = pay(author, 1, body.length, declared, response);
        var asked = turns.take(author.tenant(), () -> Batch.read(JsonCodec.read(body, Batch.Body.class)));
        pay(author, asked.size(), body.length, arrived, response);
        var going = begin(sender, asked);
        var outcomes = going.parts.stream().map(part -> part.attempt.finish()).toList();
        broadcasts.keep(request, author, going.reached(outcomes));
        byte[] answer = turns.take(author.tenant(), () -> JsonCodec.writeBytes(going.results(outcomes)));
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(answer);
    }

    /** Reading costs memory and processor time, whatever comes of it: so a body is paid for as soon as its length is known. */
    private int pay(Identity author, int events, long bytes, int paid, ServerResponse response) {
        int cost = Math.max(paid, Limits.cost(events, bytes));
        if (cost > paid) {
            limits.writes(author, cost, paid, response);
        }
        return cost;
    }

    /** The part of a batch that goes to one channel: where its items stand in the whole, and what they are. */
    private record Part(List<Integer> places, List<WriteItem> items) {

        Part() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private record GoingPart(ChannelName channel, List<Integer> places, Attempt attempt) {}

    /** A batch under way: what is answered already, by place, and what is waited for. */
    private record Going(Batch.@Nullable Result[] answered, List<GoingPart> parts) {

        Batch.Results results(List<List<WriteOutcome>> outcomes) {
            for (int part = 0; part < parts.size(); part++) {
                var places = parts.get(part).places;
                for (int i = 0; i < places.size(); i++) {
                    answered[places.get(i)] = Batch.Result.of(outcomes.get(part).get(i));
                }
            }
            return new Batch.Results(Arrays.asList(answered));
        }

        /** The channels that got something, now or at an earlier try. */
        Map<ChannelName, Integer> reached(List<List<WriteOutcome>> outcomes) {
            var reached = new HashMap<ChannelName, Integer>();
            for (int part = 0; part < parts.size(); part++) {
                long events = outcomes.get(part).stream()
                        .filter(outcome ->
                                outcome instanceof WriteOutcome.Stored || outcome instanceof WriteOutcome.PassedOn)
                        .count();
                if (events > 0) {
                    reached.put(parts.get(part).channel, (int) events);
                }
            }
            return reached;
        }
    }

    /** Sets all channels going before anybody waits for one: they share nothing but the answer. */
    private Going begin(Sender sender, List<Batch.Asked> asked) {
        var answered = new Batch.@Nullable Result[asked.size()];
        var going = new ArrayList<GoingPart>();
        parts(asked, answered)
                .forEach((channel, part) ->
                        going.add(new GoingPart(channel, part.places(), writes.begin(sender, channel, part.items()))));
        return new Going(answered, going);
    }

    /** Sorts by channel, and answers what cannot be tried. */
    private static Map<ChannelName, Part> parts(List<Batch.Asked> asked, Batch.@Nullable Result[] results) {
        var parts = new LinkedHashMap<ChannelName, Part>();
        var keys = new HashMap<IdempotencyKey, ChannelName>();
        for (int i = 0; i < asked.size(); i++) {
            switch (asked.get(i)) {
                case Batch.Asked.Malformed(Problem problem) -> results[i] = Batch.Result.of(problem);
                case Batch.Asked.Write(ChannelName channel, WriteItem item) -> {
                    if (keys.computeIfAbsent(item.key(), key -> channel).equals(channel)) {
                        var part = parts.computeIfAbsent(channel, name -> new Part());
                        part.places().add(i);
                        part.items().add(item);
                    } else {
                        results[i] = Batch.Result.of(Problem.of(
                                ProblemType.IDEMPOTENCY_KEY_REUSED, "an earlier write of the batch has this key"));
                    }
                }
            }
        }
        return parts;
    }
}
