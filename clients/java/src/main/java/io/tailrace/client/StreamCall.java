package io.tailrace.client;

import io.tailrace.client.json.DataAdapter;
import io.tailrace.client.sse.SseFrame;
import io.tailrace.client.sse.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a stream. A thread of OkHttp's reads and parses, and gives frames to the loop; it stops reading while
 * {@link #MAX_AHEAD} frames have not been told to listeners yet, so that a slow application slows the server down instead
 * of filling the memory. {@code over} is the loop's; {@code heard} and {@code paused} are written by the reading thread.
 */
final class StreamCall {

    /** Frames that may wait for listeners. */
    static final int MAX_AHEAD = 256;

    private static final int PIECE = 8 << 10;

    private final Loop loop;
    private final Callbacks callbacks;
    private final DataAdapter adapter;
    private final Sink sink;
    private final Call call;
    private final Semaphore ahead = new Semaphore(MAX_AHEAD);
    private volatile long heard;
    private volatile boolean paused;
    private volatile long bytes;
    private boolean over;

    /** What comes of it, on the loop. */
    interface Sink {

        /** A frame. @param retryMillis what the stream last asked to wait before a reconnect; -1: it did not */
        void frame(StreamCall from, SseFrame frame, long retryMillis);

        /** The end; nothing follows. */
        void ended(StreamCall from, Ending ending, long retryMillis);
    }

    StreamCall(OkHttpClient client, Request request, Loop loop, Callbacks callbacks, DataAdapter adapter, Sink sink) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.adapter = adapter;
        this.sink = sink;
        this.heard = loop.ticks();
        this.call = client.newCall(request);
        call.timeout().timeout(0, TimeUnit.MILLISECONDS);
    }

    void start() {
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException why) {
                end(new Ending.Cut(why), -1);
            }

            @Override
            public void onResponse(Call answered, Response response) {
                try (response) {
                    read(response);
                } catch (IOException why) {
                    end(new Ending.Cut(why), -1);
                }
            }
        });
    }

    /** Ends it without a word to the sink. On the loop. */
    void cancel() {
        over = true;
        call.cancel();
        ahead.release(MAX_AHEAD);
    }

    /** Ends it because nothing comes. On the loop. */
    void giveUp() {
        if (!over) {
            cancel();
            sink.ended(this, new Ending.Mute(), -1);
        }
    }

    /** For how many milliseconds nothing has come, not even a comment; 0 while listeners hold the reading up. */
    long silence() {
        return paused ? 0 : loop.ticks() - heard;
    }

    /** Bytes of the body so far. */
    long bytes() {
        return bytes;
    }

    private void read(Response response) throws IOException {
        var type = response.body().contentType();
        if (response.code() == 204) {
            end(new Ending.Stop(), -1);
        } else if (!response.isSuccessful()) {
            end(new Ending.Refused(Http.problem(response, Http.body(response.body()), adapter)), -1);
        } else if (type == null
                || !type.type().equals("text")
                || !type.subtype().equals("event-stream")) {
            end(new Ending.Cut(new MalformedException("not a stream: " + type, null)), -1);
        } else {
            parse(response.body().byteStream());
        }
    }

    private void parse(InputStream body) {
        var parser = new Parsing();
        try {
            byte[] piece = new byte[PIECE];
            for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                heard = loop.ticks();
                bytes += n;
                parser.parser.push(piece, 0, n);
            }
            end(new Ending.Cut(null), parser.parser.retryMillis());
        } catch (IOException | Interrupted why) {
            end(new Ending.Cut(why), parser.parser.retryMillis());
        }
    }

    /** The parser, which tells each frame what had been asked when it came. */
    private final class Parsing {

        private final SseParser parser = new SseParser(this::frame);

        private void frame(SseFrame frame) {
            long retry = parser.retryMillis();
            takePlace();
            loop.run(() -> {
                if (!over) {
                    sink.frame(StreamCall.this, frame, retry);
                }
                callbacks.run(ahead::release);
            });
        }

        private void takePlace() {
            if (ahead.tryAcquire()) {
                return;
            }
            paused = true;
            try {
                ahead.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Interrupted(e);
            } finally {
                heard = loop.ticks();
                paused = false;
            }
        }
    }

    private static final class Interrupted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Interrupted(@Nullable Throwable cause) {
            super(cause);
        }
    }

    private void end(Ending ending, long retryMillis) {
        loop.run(() -> {
            if (!over) {
                over = true;
                sink.ended(this, ending, retryMillis);
            }
        });
    }
}
