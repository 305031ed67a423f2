package io.tailrace.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The current token, and who waits for the next. The provider is asked on the executor, once for all who wait; all else
 * is on the loop.
 */
final class Tokens {

    /** How long a provider may take, in milliseconds. */
    static final long PATIENCE = 30_000;

    /** How long before its end a token is no longer used, in milliseconds, or a fifth of its life where that is less. */
    static final long MARGIN = 30_000;

    private static final int MAX_WAITING = 10_000;

    private final TokenProvider provider;
    private final Executor executor;
    private final Loop loop;
    private final List<BiConsumer<@Nullable String, @Nullable Exception>> waiting = new ArrayList<>();
    private @Nullable String current;
    private long freshUntil;
    private int asking;

    Tokens(TokenProvider provider, Executor executor, Loop loop) {
        this.provider = provider;
        this.executor = executor;
        this.loop = loop;
    }

    /** Calls back on the loop with a token, or with why there is none. */
    void get(BiConsumer<@Nullable String, @Nullable Exception> then) {
        if (current != null && loop.wall() < freshUntil) {
            then.accept(current, null);
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            then.accept(null, new IllegalStateException("too many wait for a token"));
            return;
        }
        waiting.add(then);
        if (waiting.size() == 1) {
            ask();
        }
    }

    /** A server did not take it, or it shall be renewed: the provider is asked next time. */
    void spent(@Nullable String token) {
        if (token != null && token.equals(current)) {
            current = null;
        }
    }

    /** The provider is asked next time, whatever there is. */
    void renew() {
        current = null;
    }

    private void ask() {
        int round = ++asking;
        loop.after(
                PATIENCE, () -> settle(round, null, new UnreachableException("the token provider takes long", null)));
        try {
            executor.execute(() -> {
                String token = null;
                Exception fault = null;
                try {
                    token = provider.token();
                } catch (Exception e) {
                    fault = e;
                }
                var got = token;
                var why = fault;
                loop.run(() -> settle(round, got, why));
            });
        } catch (RejectedExecutionException closed) {
            settle(round, null, closed);
        }
    }

    private void settle(int round, @Nullable String given, @Nullable Exception fault) {
        if (round != asking || waiting.isEmpty()) {
            return;
        }
        String token = given != null && sendable(given) ? given : null;
        asking++;
        if (token != null) {
            long now = loop.wall();
            long end = Jwt.end(token, now);
            current = token;
            freshUntil = end == Long.MAX_VALUE ? end : end - Math.min(MARGIN, Math.max(0, end - now) / 5);
        }
        var why = token == null && fault == null ? new IllegalStateException("the token provider gave none") : fault;
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(then -> then.accept(token, token == null ? why : null));
    }

    /** What a header can carry. */
    private static boolean sendable(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
    }
}
