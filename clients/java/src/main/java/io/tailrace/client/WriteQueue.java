package io.tailrace.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tailrace.client.json.DataAdapter;
import io.tailrace.client.queue.QueueStore;
import io.tailrace.client.queue.QueuedWrite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was written, in order, one batch at a time, until each write is settled: by its result, or by its own event
 * that came first. A write is sent once the store has it. After a 429 or 503 the rest of that channel waits, and others
 * go on. All on the loop.
 */
final class WriteQueue {

    /** Writes of a batch at most; the server takes 500. */
    static final int MAX_BATCH = 100;

    /** Bytes of a batch at most, unless one write alone has more; the server takes 4 MiB. */
    static final int MAX_BATCH_BYTES = 1 << 20;

    /** Bytes of the first batch: half a minute of an uplink of 18 kbit/s. Each that gets through doubles it. */
    static final int FIRST_BATCH_BYTES = 64 << 10;

    /** Bytes of a batch after many that did not get through. */
    static final int MIN_BATCH_BYTES = 4 << 10;

    /** Writes that may wait for the store, beside what the store itself bounds. */
    static final int MAX_PENDING = 20_000;

    /** Faults of the server, one after the other, after which a write is given up. */
    static final int MAX_FAULTS = 5;

    private final Loop loop;
    private final Http http;
    private final Retries retries;
    private final DataAdapter adapter;
    private final Callbacks callbacks;
    private final Backoff backoff;
    private final Store store;
    private final Watcher watcher;
    private final Value<Integer> count;
    private final Map<String, Write> pending = new LinkedHashMap<>();
    private final Map<String, Write> byRef = new HashMap<>();
    private final Map<String, Write> ready = new LinkedHashMap<>();
    private final Map<String, Long> blocked = new HashMap<>();
    private Loop.Timer retry = () -> {};
    private long notBefore = Long.MIN_VALUE;
    private boolean sending;
    private boolean loaded;
    private boolean closed;
    private int singly;
    private int batchBytes = FIRST_BATCH_BYTES;

    /** Who wants to know, on the loop. */
    interface Watcher {

        /** A write waits from now on. */
        void added(Write write);

        /** A write is settled. */
        void settled(Write write, Outcome outcome);
    }

    /** What it needs. */
    record Needs(Loop loop, Http http, Retries retries, DataAdapter adapter, Callbacks callbacks, Random random) {}

    WriteQueue(Needs needs, QueueStore store, Watcher watcher) {
        this.loop = needs.loop();
        this.http = needs.http();
        this.retries = needs.retries();
        this.adapter = needs.adapter();
        this.callbacks = needs.callbacks();
        this.backoff = new Backoff(needs.random());
        this.watcher = watcher;
        this.count = new Value<>(0, callbacks);
        this.store = new Store(store, loop, this::stored);
    }

    /** Takes up what an earlier process left. */
    void start() {
        store.load(left -> {
            left.forEach(queued -> {
                var write = new Write(queued);
                write.isKept();
                enter(write);
                ready.put(write.idempotencyKey(), write);
            });
            loaded = true;
            flush();
        });
    }

    Observable<Integer> count() {
        return count;
    }

    /** What waits, in order. */
    List<Write> waiting() {
        return new ArrayList<>(pending.values());
    }

    void add(Write write) {
        if (closed) {
            complete(write, new Outcome.Unkept(new IOException("the client is closed")));
        } else if (pending.size() >= MAX_PENDING) {
            complete(
                    write,
                    new Outcome.Unkept(new io.tailrace.client.queue.QueueFullException(MAX_PENDING + " writes")));
        } else {
            enter(write);
            store.add(write);
        }
    }

    private void enter(Write write) {
        pending.put(write.idempotencyKey(), write);
        byRef.put(write.channel() + '\n' + write.ref(), write);
        count.set(pending.size());
        watcher.added(write);
    }

    private void stored(List<Write> writes, @Nullable IOException why) {
        for (var write : writes) {
            if (why != null) {
                settle(write, new Outcome.Unkept(why));
            } else {
                ready.put(write.idempotencyKey(), write);
                callbacks.run(write::isKept);
            }
        }
        flush();
    }

    /** An event came: perhaps that of a write whose answer is late, or lost. */
    void seen(Event event) {
        if (event.ref() != null) {
            var write = byRef.get(event.channel() + '\n' + event.ref());
            if (write != null && ready.containsKey(write.idempotencyKey())) {
                settle(write, new Outcome.Committed(event));
            }
        }
    }

    /** Whatever it waits for: tries now. */
    void hurry() {
        notBefore = Long.MIN_VALUE;
        blocked.clear();
        flush();
    }

    private void flush() {
        if (!loaded || sending || closed || ready.isEmpty()) {
            return;
        }
        long now = loop.ticks();
        var batch = now < notBefore ? List.<Write>of() : pick(now);
        if (!batch.isEmpty()) {
            send(batch);
            return;
        }
        long at = Math.max(
                notBefore,
                blocked.values().stream().mapToLong(Long::longValue).min().orElse(notBefore));
        retry.cancel();
        retry = retries.after(Math.max(1, at - now), this::flush);
    }

    private List<Write> pick(long now) {
        blocked.values().removeIf(until -> until <= now);
        var batch = new ArrayList<Write>();
        int bytes = 0;
        int most = singly > 0 ? 1 : MAX_BATCH;
        for (var write : ready.values()) {
            if (blocked.containsKey(write.channel())) {
                continue;
            }
            bytes += write.queued().bytes();
            if (!batch.isEmpty() && bytes > batchBytes || batch.size() >= most) {
                break;
            }
            batch.add(write);
        }
        return batch;
    }

    private void send(List<Write> batch) {
        sending = true;
        singly = Math.max(0, singly - 1);
        var body = new StringBuilder("{\"writes\":[");
        for (int i = 0; i < batch.size(); i++) {
            body.append(i == 0 ? "" : ",");
            item(body, batch.get(i).queued());
        }
        http.send(ApiRequest.send("POST", body.append("]}").toString(), "writes"), new Http.Then() {
            @Override
            public void answered(int status, String answer) {
                sending = false;
                batchBytes = Math.min(MAX_BATCH_BYTES, batchBytes * 2);
                try {
                    results(batch, Json.object(answer));
                } catch (MalformedException notOurs) {
                    pause(-1);
                }
                flush();
            }

            @Override
            public void refused(Problem problem) {
                sending = false;
                refusedAll(batch, problem);
                flush();
            }

            @Override
            public void unreachable(Exception why) {
                sending = false;
                batchBytes = Math.max(MIN_BATCH_BYTES, batchBytes / 2);
                pause(-1);
                flush();
            }
        });
    }

    private static void item(StringBuilder body, QueuedWrite write) {
        body.append("{\"idempotency_key\":").append(Json.quoted(write.idempotencyKey()));
        body.append(",\"channel\":").append(Json.quoted(write.channel()));
        body.append(",\"type\":").append(Json.quoted(write.type()));
        if (write.key() != null) {
            body.append(",\"key\":").append(Json.quoted(write.key()));
        }
        body.append(",\"ref\":").append(Json.quoted(write.ref()));
        if (write.ifMatch() != null) {
            body.append(",\"if_match\":").append(Json.quoted(write.ifMatch()));
        }
        body.append(",\"data\":").append(write.data()).append('}');
    }

    private void pause(long asked) {
        notBefore = loop.ticks() + backoff.next(asked);
    }

    /** A batch as a whole: what will pass is waited for, and what will not is narrowed down to the write that is to blame. */
    private void refusedAll(List<Write> batch, Problem problem) {
        boolean ours = problem.type().contains("/problems/");
        if (problem.passing() || problem.status() == 401 || !ours && problem.status() != 413) {
            pause(problem.retryAfterMillis());
        } else if (batch.size() == 1) {
            settle(batch.get(0), new Outcome.Refused(problem));
        } else {
            singly = batch.size();
        }
    }

    private void results(List<Write> batch, JsonObject answer) throws MalformedException {
        if (!(answer.get("results") instanceof JsonArray results) || results.size() != batch.size()) {
            throw new MalformedException("not the results of this batch", null);
        }
        boolean held = false;
        for (int i = 0; i < batch.size(); i++) {
            if (results.get(i) instanceof JsonObject result) {
                held |= !result(batch.get(i), result);
            }
        }
        if (!held) {
            backoff.reset();
        }
    }

    /** @return whether the write is settled */
    private boolean result(Write write, JsonObject result) throws MalformedException {
        int status = (int) Json.number(result, "status", 0);
        var receipt = Json.inner(result, "receipt");
        if (status == 201 && receipt != null) {
            settle(write, new Outcome.Committed(Event.of(receipt, adapter)));
            return true;
        }
        if (status == 202) {
            settle(write, new Outcome.PassedOn());
            return true;
        }
        var told = Json.inner(result, "problem");
        var problem = told == null ? Problem.of(status, "status " + status) : Problem.of(told, status, adapter);
        if (status == 412) {
            settle(write, new Outcome.Conflict(problem.current()));
        } else if (status == 422 && problem.name().equals("idempotency-key-expired")) {
            settle(write, new Outcome.Expired(problem));
        } else if (status >= 400 && !problem.passing()) {
            settle(write, new Outcome.Refused(problem));
        } else if (status != 429 && status != 503 && status != 408 && write.fault() >= MAX_FAULTS) {
            settle(write, new Outcome.Refused(problem));
        } else {
            if (!blocked.containsKey(write.channel())) {
                blocked.put(write.channel(), loop.ticks() + backoff.next(problem.retryAfterMillis()));
            }
            return false;
        }
        return true;
    }

    private void settle(Write write, Outcome outcome) {
        if (pending.remove(write.idempotencyKey()) == null) {
            return;
        }
        byRef.remove(write.channel() + '\n' + write.ref(), write);
        if (ready.remove(write.idempotencyKey()) != null) {
            store.remove(write.idempotencyKey());
        }
        count.set(pending.size());
        watcher.settled(write, outcome);
        complete(write, outcome);
    }

    private void complete(Write write, Outcome outcome) {
        callbacks.run(() -> write.complete(outcome));
    }

    /** What waits stays in the store. */
    Store close() {
        closed = true;
        retry.cancel();
        store.close();
        return store;
    }

    /** What waits is forgotten. */
    Store clear() {
        closed = true;
        retry.cancel();
        waiting().forEach(write -> settle(write, new Outcome.Unkept(new IOException("signed out"))));
        store.clear();
        return store;
    }
}
