package io.tailrace.client;

import io.tailrace.client.json.DataAdapter;
import io.tailrace.client.queue.QueueStore;
import io.tailrace.client.queue.QueuedWrite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The parts of a client, joined. Everything within is on the loop; what {@link Tailrace} and its channels call is not. */
final class Client {

    /** For how long a close waits for the store, in milliseconds. */
    private static final long CLOSES_WITHIN = 5_000;

    final Loop loop;
    final Random random;
    final Callbacks callbacks;
    final DataAdapter adapter;
    final Setup setup;
    final OkHttpClient okhttp;
    final Nodes nodes;
    final Tokens tokens;
    final Http http;
    final Retries retries;
    final Pages pages;
    final Roster roster;
    final Tail tail;
    final Standing standing;
    final WriteQueue writes;
    final Uuid7 ids;
    final Typing typing;
    final Reads reads;
    final List<WriteQueue.Watcher> watchers = new ArrayList<>();
    final List<Presence> presences = new ArrayList<>();
    final List<Cursors> cursors = new ArrayList<>();
    final CopyOnWriteArrayList<BiConsumer<Write, Outcome>> outcomeListeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Reader.Reading reading;
    private volatile long bytesBefore;
    private volatile @Nullable StreamCall latest;

    /** What differs between a client in the field and one under test. */
    record Seams(Loop loop, Random random) {}

    /** What an application chose. */
    record Choices(
            List<HttpUrl> urls,
            TokenProvider tokens,
            Setup setup,
            QueueStore queue,
            DataAdapter adapter,
            OkHttpClient okhttp,
            java.util.concurrent.Executor callbacks) {}

    Client(Choices choices, Seams seams) {
        loop = seams.loop();
        random = seams.random();
        callbacks = new Callbacks(choices.callbacks());
        adapter = choices.adapter();
        setup = choices.setup();
        okhttp = choices.okhttp();
        nodes = new Nodes(choices.urls(), random.nextInt(choices.urls().size()));
        tokens = new Tokens(choices.tokens(), okhttp.dispatcher().executorService(), loop);
        http = new Http(okhttp, nodes, tokens, loop, adapter);
        retries = new Retries(loop);
        pages = new Pages(http, adapter);
        ids = new Uuid7(loop, random);
        typing = new Typing(loop);
        reads = new Reads(http, retries, random);
        standing = new Standing(loop, callbacks);
        writes = new WriteQueue(
                new WriteQueue.Needs(loop, http, retries, adapter, callbacks, random), choices.queue(), new Watchers());
        var changes = new Changes();
        roster = new Roster(writes::seen, changes);
        var place = new Place(loop, roster);
        var requests = new StreamRequests(setup, roster, place);
        tail = new Tail(new TailParts(
                loop, random, http, tokens, roster, place, requests, pages, new Streams(), standing, adapter));
        changes.tail = tail;
        reading = new Reader.Reading(loop, retries, pages, random, roster);
        loop.run(writes::start);
    }

    private static final class Changes implements Roster.Changes {

        private @Nullable Tail tail;

        @Override
        public void listChanged() {
            if (tail != null) {
                tail.listChanged();
            }
        }

        @Override
        public void progressChanged() {
            if (tail != null) {
                tail.progressChanged();
            }
        }
    }

    private final class Streams implements TailParts.Streams {

        @Override
        public StreamCall open(ApiRequest request, String token, StreamCall.Sink sink) {
            var built = http.request(request, nodes.current(), token)
                    .newBuilder()
                    .header("Accept", "text/event-stream")
                    .header("Cache-Control", "no-store")
                    .build();
            var before = latest;
            bytesBefore += before == null ? 0 : before.bytes();
            var call = new StreamCall(okhttp, built, loop, callbacks, adapter, sink);
            latest = call;
            call.start();
            return call;
        }

        @Override
        public void told(Runnable then) {
            callbacks.run(() -> loop.run(then));
        }
    }

    /** Bytes that streams have brought. */
    long bytes() {
        var now = latest;
        return bytesBefore + (now == null ? 0 : now.bytes());
    }

    private final class Watchers implements WriteQueue.Watcher {

        @Override
        public void added(Write write) {
            List.copyOf(watchers).forEach(watcher -> watcher.added(write));
        }

        @Override
        public void settled(Write write, Outcome outcome) {
            List.copyOf(watchers).forEach(watcher -> watcher.settled(write, outcome));
            callbacks.run(() -> outcomeListeners.forEach(listener -> listener.accept(write, outcome)));
        }
    }

    /** Follows a channel. @param teller runs what the listener is told */
    Subscription follow(String channel, ChannelListener listener, Start start, java.util.concurrent.Executor teller) {
        var pending = new PendingSubscription(channel);
        loop.run(() -> {
            if (pending.isClosed()) {
                return;
            }
            var wire = roster.join(channel);
            if (wire == null || wire.readers.size() >= Wire.MAX_READERS) {
                teller.execute(() -> listener.onRefused(Problem.of(429, "too many are followed by this client")));
                return;
            }
            var reader = new Reader(wire, listener, teller, reading);
            wire.readers.add(reader);
            pending.is(reader);
            reader.begin(start);
            roster.joined(wire);
        });
        return pending;
    }

    /** Makes a write, and puts it in the queue. */
    Write write(String channel, Draft draft) {
        var id = ids.next();
        var data = draft.json() == null ? adapter.write(draft.value()) : draft.json();
        var ref = draft.ref() == null ? id : draft.ref();
        var write = new Write(
                new QueuedWrite(id, channel, draft.type(), data, draft.key(), ref, draft.ifMatch(), loop.wall()));
        loop.run(() -> writes.add(write));
        return write;
    }

    /** An exchange as a future, which is completed on the callbacks' executor. */
    CompletableFuture<String> exchange(ApiRequest request) {
        var future = new CompletableFuture<String>();
        loop.run(() -> http.send(request, new Http.Then() {
            @Override
            public void answered(int status, String body) {
                callbacks.run(() -> future.complete(body));
            }

            @Override
            public void refused(Problem problem) {
                callbacks.run(() -> future.completeExceptionally(new RefusedException(problem)));
            }

            @Override
            public void unreachable(Exception why) {
                callbacks.run(() -> future.completeExceptionally(new UnreachableException("no answer", why)));
            }
        }));
        return future;
    }

    /** The network, or the application, is back. */
    void awake() {
        retries.hurry();
        writes.hurry();
        presences.forEach(Presence::beatNow);
        cursors.forEach(Cursors::reconnectNow);
    }

    /**
     * The first call counts.
     *
     * @throws IOException when what waits was to be forgotten and could not be
     */
    void close(boolean forget) throws IOException {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        var closed = new CompletableFuture<Store>();
        loop.run(() -> {
            List.copyOf(presences).forEach(Presence::close);
            List.copyOf(cursors).forEach(Cursors::close);
            tail.close();
            closed.complete(forget ? writes.clear() : writes.close());
        });
        try {
            closed.get(CLOSES_WITHIN, TimeUnit.MILLISECONDS).awaitClosed(CLOSES_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the client does not come to an end", e);
        } finally {
            loop.stop();
        }
    }
}
