package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One connection for requests, kept alive; so many of them under way as the server takes, answered in order. Everything
 * on the thread of its loop.
 */
final class Poster implements Link.Listener, ResponseParser.Sink {

    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * A request and what it is about.
     *
     * @param events how many it carries
     * @param due when it was to be sent, of nanoTime
     */
    record Post(ByteBuffer request, int events, long due) {}

    /** Who wants to know. */
    interface Outcome {
        /**
         * A request was answered.
         *
         * @param events how many it carried
         * @param written how many of them were taken, by what the answer says
         * @param due when it was to go out, of nanoTime
         */
        void answered(Poster by, int events, int written, int status, long due);
    }

    private final Loop loop;
    private final InetSocketAddress to;
    private final int depth;
    private final byte[] mark;
    private final Outcome outcome;
    private final ArrayDeque<Post> waiting = new ArrayDeque<>();
    private final ArrayDeque<Post> under = new ArrayDeque<>();
    private ResponseParser http = new ResponseParser(this);
    private @Nullable Link link;
    private boolean ready;
    private int status;
    private int counted;
    private int matched;

    Poster(Loop loop, Outlet outlet, Outcome outcome) {
        this.loop = loop;
        this.to = outlet.address();
        this.depth = outlet.depth();
        this.mark = outlet.mark().getBytes(StandardCharsets.US_ASCII);
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
            under.add(post);
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
            outcome.answered(this, sent.events, 0, 0, sent.due);
        }
        loop.after(PAUSE, this::go);
    }

    @Override
    public void head(int code, int retryAfterSeconds) {
        status = code;
        counted = 0;
        matched = 0;
    }

    /** Counts the marks; simple, for a mark begins with what stands nowhere else in it but before its last word. */
    @Override
    public void body(byte[] bytes, int from, int to) {
        for (int at = from; at < to && mark.length > 0; at++) {
            if (bytes[at] == mark[matched]) {
                if (++matched == mark.length) {
                    counted++;
                    matched = 0;
                }
            } else {
                matched = bytes[at] == mark[0] ? 1 : 0;
            }
        }
    }

    @Override
    public void end() {
        var sent = under.remove();
        boolean success = status >= 200 && status < 300;
        int written = !success ? 0 : sent.events == 1 ? 1 : counted;
        outcome.answered(this, sent.events, written, status, sent.due);
        go();
    }
}
