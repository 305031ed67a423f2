package io.tailrace.server.write;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.Exchange;
import io.tailrace.server.http.JsonBody;
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

/** {@code POST /v1/writes}: an ordered batch across channels. */
public final class BatchRoutes implements HttpService {

    private final Writes writes;

    public BatchRoutes(Writes writes) {
        this.writes = writes;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/writes", this::append);
    }

    private void append(ServerRequest request, ServerResponse response) {
        Identity author = writes.access.identify(request);
        List<Batch.Asked> asked = Batch.read(JsonBody.read(request, Batch.Body.class, Batch.MAX_BYTES));
        List<Batch.Result> results = write(author, asked, Exchange.of(request).trace());
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(JsonCodec.writeBytes(new Batch.Results(results)));
    }

    /** The part of a batch that goes to one channel: where its items stand in the whole, and what they are. */
    private record Part(List<Integer> places, List<WriteItem> items) {

        Part() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private record Going(List<Integer> places, Attempt attempt) {}

    /** Sets all channels going before it waits for any: they share nothing but the answer. */
    private List<Batch.Result> write(Identity author, List<Batch.Asked> asked, String trace) {
        var results = new Batch.Result[asked.size()];
        Map<ChannelName, Part> parts = parts(asked, results);
        var going = new ArrayList<Going>();
        parts.forEach((channel, part) ->
                going.add(new Going(part.places(), writes.begin(author, channel, part.items(), trace))));
        for (Going part : going) {
            List<WriteOutcome> outcomes = part.attempt().finish();
            for (int i = 0; i < outcomes.size(); i++) {
                results[part.places().get(i)] = Batch.Result.of(outcomes.get(i));
            }
        }
        return Arrays.asList(results);
    }

    /** Sorts by channel, and answers what cannot be tried. */
    private static Map<ChannelName, Part> parts(List<Batch.Asked> asked, Batch.Result[] results) {
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
