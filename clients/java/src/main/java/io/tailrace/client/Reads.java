package io.tailrace.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Says how far the user has read: of each channel the latest, one request at a time. Used on the loop. */
final class Reads {

    /** Channels whose marker waits at most; past it the oldest is forgotten. */
    static final int MAX_CHANNELS = 1_000;

    private final Http http;
    private final Retries retries;
    private final Backoff backoff;
    private final Map<String, Long> wanted = new LinkedHashMap<>();
    private boolean busy;

    Reads(Http http, Retries retries, Random random) {
        this.http = http;
        this.retries = retries;
        this.backoff = new Backoff(random);
    }

    void read(String channel, long seq) {
        wanted.merge(channel, seq, Math::max);
        if (wanted.size() > MAX_CHANNELS) {
            wanted.remove(wanted.keySet().iterator().next());
        }
        if (!busy) {
            next();
        }
    }

    private void next() {
        busy = !wanted.isEmpty();
        if (!busy) {
            return;
        }
        var first = wanted.entrySet().iterator().next();
        var channel = first.getKey();
        long seq = first.getValue();
        http.send(ApiRequest.send("PUT", "{\"seq\":" + seq + "}", "channels", channel, "receipt"), new Http.Then() {
            @Override
            public void answered(int status, String body) {
                backoff.reset();
                wanted.remove(channel, seq);
                next();
            }

            @Override
            public void refused(Problem problem) {
                if (problem.passing() || problem.status() == 401) {
                    later(problem.retryAfterMillis());
                } else {
                    wanted.remove(channel); // not offered there, or not allowed
                    next();
                }
            }

            @Override
            public void unreachable(Exception why) {
                later(-1);
            }
        });
    }

    private void later(long asked) {
        retries.after(backoff.next(asked), this::next);
    }
}
