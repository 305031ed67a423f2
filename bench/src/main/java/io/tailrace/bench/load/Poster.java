package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One connection for requests, kept alive; so many of them under way as the server takes, answered in order. Everything
 * on the thread of its loop.
 */
final class Poster implements Link.Listener, ResponseParser.Sink {

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** A request and what it is about. */
    record Post(byte[] request, int events) {}

    /** Who wants to know. */
    interface Outcome {
        /**
         * A request was answered.
         *
         * @param events how many it carried
         * @param written how many of them were taken, by what the answer says
         * @param sentAt when it went out, of nanoTime
         */
        void answered(int events, int written, int status, long sentAt);
    }

    private static final byte[] CREATED = "\"status\":201".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private record Sent(Post post, long at) {}

    private final Loop loop;
    private final InetSocketAddress to;
    private final int depth;
    private final Outcome outcome;
    private final ArrayDeque<Post> waiting = new ArrayDeque<>();
    private final ArrayDeque<Sent> under = new ArrayDeque<>();
    private ResponseParser http = new ResponseParser(this);
    private @Nullable Link link;
    private boolean ready;
    private int status;
    private int created;
    private int matched;

    Poster(Loop loop, InetSocketAddress to, int depth, Outcome outcome) {
        this.loop = loop;
        this.to = to;
        this.depth = depth;
        this.outcome = outcome;
    }

    /** Sends it, now or once there is room. */
    void post(Post post) {
        waiting.add(post);
        go();
    }

    /** Requests that are not answered yet. */
    int pending() {
        return waiting.size() + under.size();
    }

    private void go() {
        if (link == null) {
            http = new ResponseParser(this);
            link = loop.connect("127.0.0.1", to, this);
        }
        while (ready && link != null && under.size() < depth && !waiting.isEmpty()) {
            var post = waiting.remove();
            under.add(new Sent(post, System.nanoTime()));
            link.send(post.request);
        }
    }

    @Override
    public void connected(Link to) {
        link = to;
        ready = true;
        go();
    }

    @Override
    public void received(byte[] bytes, int from, int to) {
        http.accept(bytes, from, to);
    }

    /** What was under way is answered with status 0: nobody knows. */
    @Override
    public void gone() {
        link = null;
        ready = false;
        while (!under.isEmpty()) {
            var sent = under.remove();
            outcome.answered(sent.post.events, 0, 0, sent.at);
        }
        loop.after(PAUSE, this::go);
    }

    @Override
    public void head(int code, int retryAfterSeconds) {
        status = code;
        created = 0;
        matched = 0;
    }

    /** Counts what the answer to a batch says was created; no byte of a match but its first is a quotation mark twice. */
    @Override
    public void body(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == CREATED[matched]) {
                if (++matched == CREATED.length) {
                    created++;
                    matched = 0;
                }
            } else {
                matched = bytes[at] == CREATED[0] ? 1 : 0;
            }
        }
    }

    @Override
    public void end() {
        var sent = under.remove();
        boolean success = status >= 200 && status < 300;
        int written = !success ? 0 : sent.post.events == 1 ? 1 : created;
        outcome.answered(sent.post.events, written, status, sent.at);
        go();
    }
}
