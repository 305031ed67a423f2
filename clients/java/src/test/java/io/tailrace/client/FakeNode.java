package io.tailrace.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A server that keeps its promises, on real sockets, and a network between that a test makes break them: it cuts streams
 * after so many bytes, holds frames back, loses answers. Only as much of Tailrace as these tests ask for; the real one is
 * asked in {@code clients/field}. The lock guards everything.
 */
final class FakeNode implements AutoCloseable {

    final RawServer server;
    private final Map<String, List<String>> logs = new TreeMap<>();
    private final Map<String, Long> seqOfKey = new HashMap<>();
    private final Map<String, String> receipts = new HashMap<>();
    private final List<Stream> streams = new ArrayList<>();

    /** Bytes after which the next stream is cut; below 0: it is not. */
    volatile int cutAfter = -1;

    /** Streams are accepted, and nothing is ever sent. */
    volatile boolean mute;

    /** Takes a request in place of the node; returns whether it did. */
    volatile RawServer.@Nullable Handler instead;

    volatile @Nullable Predicate<RawServer.Asked> insteadOf;

    /** Frames of events that are not sent on streams, though they are in the log. */
    volatile Predicate<String> dropped = frame -> false;

    volatile int epoch = 1;
    volatile long heartbeatMillis = 15_000;

    private final class Stream {

        private final String id;
        private final RawServer.Reply reply;
        private final Map<String, Long> at = new TreeMap<>();
        private int budget;
        private boolean over;

        Stream(String id, RawServer.Reply reply) {
            this.id = id;
            this.reply = reply;
            this.budget = cutAfter;
            cutAfter = -1;
        }

        void send(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try {
                if (budget >= 0 && bytes.length >= budget) {
                    reply.raw(java.util.Arrays.copyOf(bytes, budget));
                    over = true;
                } else {
                    reply.raw(bytes);
                    budget -= budget < 0 ? 0 : bytes.length;
                }
            } catch (IOException left) {
                over = true;
            }
            FakeNode.this.notifyAll();
        }

        String position() {
            if (at.size() == 1) {
                long seq = at.values().iterator().next();
                return epoch > 1 ? epoch + "~" + seq : Long.toString(seq);
            }
            var text = new StringBuilder("v." + epoch);
            at.values().forEach(seq -> text.append('_').append(seq));
            return text.toString();
        }

        void catchUp() {
            for (var channel : List.copyOf(at.keySet())) {
                var log = log(channel);
                for (long seq = at.getOrDefault(channel, 0L) + 1; seq <= log.size() && !over; seq++) {
                    at.put(channel, seq);
                    var event = log.get((int) seq - 1);
                    if (!dropped.test(event)) {
                        send("id: " + position() + "\ndata: " + event + "\n\n");
                    }
                }
            }
        }
    }

    FakeNode() throws IOException {
        server = new RawServer(this::handle);
    }

    String url() {
        return server.url();
    }

    synchronized void append(String channel, String data) {
        append(channel, "t", null, null, data);
    }

    synchronized long append(String channel, String type, @Nullable String key, @Nullable String ref, String data) {
        var log = log(channel);
        long seq = log.size() + 1;
        var event = new JsonObject();
        event.addProperty("channel", channel);
        event.addProperty("seq", seq);
        event.addProperty("type", type);
        if (key != null) {
            event.addProperty("key", key);
            seqOfKey.put(channel + ' ' + key, seq);
        }
        if (ref != null) {
            event.addProperty("ref", ref);
        }
        event.add("data", JsonParser.parseString(data));
        event.addProperty("by", "ada");
        event.addProperty("at", "2026-11-23T08:00:00.123456Z");
        log.add(event.toString());
        streams.forEach(Stream::catchUp);
        return seq;
    }

    synchronized int head(String channel) {
        return log(channel).size();
    }

    /** Sends a text to every stream there is. */
    synchronized void say(String text) {
        streams.forEach(stream -> stream.send(text));
    }

    synchronized void heartbeat() {
        say("event: heartbeat\ndata: {}\n\n");
    }

    synchronized int streams() {
        return (int) streams.stream().filter(stream -> !stream.over).count();
    }

    /** Ends every stream there is. */
    synchronized void cutAll() {
        streams.forEach(stream -> stream.over = true);
        notifyAll();
    }

    /** Another log, as a restore from a backup leaves it. */
    synchronized void restored(String channel, int kept) {
        epoch++;
        var log = log(channel);
        while (log.size() > kept) {
            log.remove(log.size() - 1);
        }
        cutAll();
    }

    private List<String> log(String channel) {
        return logs.computeIfAbsent(channel, name -> new ArrayList<>());
    }

    private void handle(RawServer.Asked asked, RawServer.Reply reply) throws Exception {
        var other = instead;
        var which = insteadOf;
        if (other != null && which != null && which.test(asked)) {
            other.handle(asked, reply);
            return;
        }
        var path = asked.path();
        if (path.equals("/v1/stream") && asked.all("wait").isEmpty()) {
            stream(asked, reply);
        } else if (path.equals("/v1/stream")) {
            poll(asked, reply);
        } else if (path.equals("/v1/writes")) {
            reply.json(writes(asked.body()));
        } else if (path.endsWith("/token")) {
            reply.json("{\"expires_at\":\"2030-01-01T00:00:00Z\"}");
        } else if (path.startsWith("/v1/streams/")) {
            patch(asked, reply);
        } else if (path.endsWith("/events")) {
            history(asked, reply);
        } else if (path.endsWith("/snapshot")) {
            reply.json(snapshot(channelOf(path)));
        } else {
            reply.problem(404, "not-found");
        }
    }

    private static String channelOf(String path) {
        return path.split("/", -1)[3];
    }

    private void stream(RawServer.Asked asked, RawServer.Reply reply) throws Exception {
        if (mute) {
            reply.streamHead();
            synchronized (this) {
                while (mute) {
                    wait(10);
                }
            }
            return;
        }
        var stream = new Stream("s" + System.nanoTime(), reply);
        synchronized (this) {
            reply.streamHead();
            var required = place(asked, stream);
            stream.send("retry: 50\nid: " + stream.position() + "\nevent: open\ndata: " + state(stream) + "\n\n");
            for (var channel : required) {
                stream.send("id: " + stream.position() + "\nevent: snapshot.required\ndata: {\"channel\":\"" + channel
                        + "\",\"floor\":0,\"head\":" + head(channel) + "}\n\n");
            }
            streams.add(stream);
            stream.catchUp();
            while (!stream.over) {
                wait(1_000);
            }
            streams.remove(stream);
        }
    }

    /** @return the channels whose position cannot be used */
    private List<String> place(RawServer.Asked asked, Stream stream) {
        var required = new ArrayList<String>();
        var names = new TreeMap<String, String>();
        for (var one : asked.all("channel")) {
            int at = one.indexOf('@');
            names.put(at < 0 ? one : one.substring(0, at), at < 0 ? "" : one.substring(at + 1));
        }
        var id = asked.header("last-event-id");
        if (id != null) {
            var parts = id.startsWith("v.") ? id.substring(2).split("_", -1) : null;
            int i = 1;
            for (var name : names.keySet()) {
                names.put(
                        name,
                        parts == null ? id : parts[0] + "~" + (parts.length == names.size() + 1 ? parts[i++] : "x"));
            }
        }
        names.forEach((name, position) -> {
            int tilde = position.indexOf('~');
            var of = tilde < 0 ? "1" : position.substring(0, tilde);
            var seq = position.substring(tilde + 1);
            boolean good = seq.matches("[0-9]+")
                    && Long.parseLong(seq) <= head(name)
                    && (of.equals(Integer.toString(epoch)) || seq.equals("0"));
            stream.at.put(name, good ? Long.parseLong(seq) : head(name));
            if (!good && !position.isEmpty()) {
                required.add(name);
            }
        });
        return required;
    }

    private String state(Stream stream) {
        var channels = new JsonObject();
        stream.at.forEach((name, seq) -> {
            var one = new JsonObject();
            one.addProperty("seq", seq);
            one.addProperty("status", seq < head(name) ? "replaying" : "live");
            channels.add(name, one);
        });
        return "{\"stream\":\"" + stream.id + "\",\"node\":\"n1\",\"channels\":" + channels + ",\"heartbeat_ms\":"
                + heartbeatMillis + ",\"expires_at\":\"2030-01-01T00:00:00Z\",\"news\":[1]}";
    }

    private synchronized void patch(RawServer.Asked asked, RawServer.Reply reply) throws Exception {
        var id = asked.path().substring("/v1/streams/".length());
        var found = streams.stream()
                .filter(one -> one.id.equals(id) && !one.over)
                .findFirst()
                .orElse(null);
        if (found == null) {
            reply.problem(404, "stream-not-found");
            return;
        }
        var change = JsonParser.parseString(asked.body()).getAsJsonObject();
        for (var element : change.getAsJsonArray("add")) {
            var text = element.getAsString();
            int at = text.indexOf('@');
            var name = at < 0 ? text : text.substring(0, at);
            found.at.put(
                    name,
                    at < 0
                            ? head(name)
                            : Long.parseLong(
                                    text.substring(text.lastIndexOf('~') < at ? at + 1 : text.lastIndexOf('~') + 1)));
        }
        change.getAsJsonArray("remove").forEach(element -> found.at.remove(element.getAsString()));
        reply.json(state(found));
        found.catchUp();
    }

    private void poll(RawServer.Asked asked, RawServer.Reply reply) throws Exception {
        var stream = new Stream("p", reply);
        var frames = new StringBuilder();
        synchronized (this) {
            place(asked, stream);
            for (var channel : List.copyOf(stream.at.keySet())) {
                var log = log(channel);
                for (long seq = stream.at.getOrDefault(channel, 0L) + 1; seq <= log.size(); seq++) {
                    stream.at.put(channel, seq);
                    frames.append(frames.length() == 0 ? "" : ",").append("{\"data\":" + log.get((int) seq - 1) + "}");
                }
            }
            if (frames.length() == 0) {
                wait(20);
            }
            reply.json("{\"frames\":[" + frames + "],\"id\":\"" + stream.position() + "\"}");
        }
    }

    private synchronized void history(RawServer.Asked asked, RawServer.Reply reply) throws Exception {
        var channel = channelOf(asked.path());
        var log = log(channel);
        var asOf = asked.all("epoch");
        if (!asOf.isEmpty()
                && !asOf.get(0).equals(Integer.toString(epoch))
                && !asked.all("after").equals(List.of("0"))) {
            reply.problem(410, "another-epoch");
            return;
        }
        int limit = Integer.parseInt(asked.all("limit").get(0));
        var before = asked.all("before");
        int end = before.isEmpty() ? log.size() : Integer.parseInt(before.get(0)) - 1;
        int from = asked.all("after").isEmpty()
                ? before.isEmpty() ? 0 : Math.max(0, end - limit)
                : Integer.parseInt(asked.all("after").get(0));
        if (from > log.size() || end > log.size()) {
            reply.problem(410, "above-head");
            return;
        }
        int to = Math.min(end, from + limit);
        reply.json("{\"channel\":\"" + channel + "\",\"events\":[" + String.join(",", log.subList(from, to))
                + "],\"head\":" + log.size() + ",\"floor\":0,\"position\":\"" + (epoch > 1 ? epoch + "~" : "") + to
                + "\"}");
    }

    private synchronized String snapshot(String channel) {
        return "{\"channel\":\"" + channel + "\",\"seq\":" + head(channel) + ",\"position\":\""
                + (epoch > 1 ? epoch + "~" : "") + head(channel) + "\",\"items\":[" + String.join(",", log(channel))
                + "]}";
    }

    private synchronized String writes(String body) {
        var results = new JsonArray();
        for (var element : JsonParser.parseString(body).getAsJsonObject().getAsJsonArray("writes")) {
            results.add(JsonParser.parseString(write(element.getAsJsonObject())));
        }
        var answer = new JsonObject();
        answer.add("results", results);
        return answer.toString();
    }

    private String write(JsonObject draft) {
        var id = draft.get("idempotency_key").getAsString();
        var channel = draft.get("channel").getAsString();
        var known = receipts.get(id);
        if (known != null) {
            return "{\"status\":201,\"replayed\":true,\"receipt\":" + known + "}";
        }
        var key = draft.has("key") ? draft.get("key").getAsString() : null;
        long current = key == null ? 0 : seqOfKey.getOrDefault(channel + ' ' + key, 0L);
        if (draft.has("if_match") && !draft.get("if_match").getAsString().equals(Long.toString(current))) {
            var value = current == 0 ? "" : ",\"current\":" + log(channel).get((int) current - 1);
            return "{\"status\":412,\"problem\":{\"type\":\"/problems/precondition-failed\",\"title\":\"x\",\"status\":412"
                    + value + "}}";
        }
        long seq = append(
                channel,
                draft.get("type").getAsString(),
                key,
                draft.get("ref").getAsString(),
                draft.get("data").toString());
        var receipt = log(channel).get((int) seq - 1);
        receipts.put(id, receipt);
        return "{\"status\":201,\"receipt\":" + receipt + "}";
    }

    @Override
    public void close() throws IOException {
        mute = false;
        cutAll();
        server.close();
    }
}
