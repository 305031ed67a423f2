package io.tailrace.client;

import io.tailrace.client.json.DataAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges with whichever node answers, each with a fresh token, and once more with another one when the first is not
 * taken. Nothing else is tried again here. Used on the loop, and calls back on it; OkHttp's threads do the rest.
 */
final class Http {

    /** The longest answer that is read, in bytes; a page of history ends at 8 MiB of data. */
    static final long MAX_ANSWER = 32L << 20;

    /** How long nothing may move, in milliseconds; a poll waits for less, and what is sent at once takes less. */
    static final long PATIENCE = 60_000;

    /** How long an exchange may take though something moves all the time, in milliseconds. */
    static final long LONGEST = 15 * 60_000;

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient client;
    private final Nodes nodes;
    private final Tokens tokens;
    private final Loop loop;
    private final DataAdapter adapter;

    Http(OkHttpClient client, Nodes nodes, Tokens tokens, Loop loop, DataAdapter adapter) {
        this.client = client.newBuilder()
                .readTimeout(PATIENCE, TimeUnit.MILLISECONDS)
                .writeTimeout(PATIENCE, TimeUnit.MILLISECONDS)
                .build();
        this.nodes = nodes;
        this.tokens = tokens;
        this.loop = loop;
        this.adapter = adapter;
    }

    /** What to do with an answer; exactly one of the methods is called, once, on the loop. */
    interface Then {

        /** A status of 2xx. @param body whole; empty where there was none */
        void answered(int status, String body);

        /** A problem, which may be a proxy's. */
        void refused(Problem problem);

        /** No answer, or none of ours. */
        void unreachable(Exception why);
    }

    /** An exchange that is under way. */
    final class Exchange {

        private @Nullable Call call;
        private boolean over;

        /** It shall end; what it would call back is not called. On the loop. */
        void cancel() {
            over = true;
            if (call != null) {
                call.cancel();
            }
        }
    }

    /** Begins an exchange. */
    Exchange send(ApiRequest request, Then then) {
        var exchange = new Exchange();
        attempt(exchange, request, then, true);
        return exchange;
    }

    private void attempt(Exchange exchange, ApiRequest request, Then then, boolean mayRenew) {
        tokens.get((token, fault) -> {
            if (exchange.over) {
                return;
            }
            if (token == null) {
                exchange.over = true;
                then.unreachable(fault == null ? new IllegalStateException("no token") : fault);
                return;
            }
            var node = nodes.current();
            var call = client.newCall(request(request, node, token));
            call.timeout().timeout(LONGEST, TimeUnit.MILLISECONDS);
            exchange.call = call;
            call.enqueue(new Callback() {
                @Override
                public void onFailure(Call failed, IOException why) {
                    loop.run(() -> failed(exchange, node, then, why));
                }

                @Override
                public void onResponse(Call answered, Response response) {
                    try (response) {
                        int status = response.code();
                        String body = body(response.body());
                        var problem = status < 300 ? null : problem(response, body, adapter);
                        loop.run(() -> answered(
                                exchange, node, request, then, mayRenew ? token : null, problem, status, body));
                    } catch (IOException why) {
                        loop.run(() -> failed(exchange, node, then, why));
                    }
                }
            });
        });
    }

    /** The node in use did not serve a stream: another one is next. */
    void failed() {
        nodes.failed(nodes.current());
    }

    private void failed(Exchange exchange, HttpUrl node, Then then, IOException why) {
        nodes.failed(node);
        if (!exchange.over) {
            exchange.over = true;
            then.unreachable(why);
        }
    }

    private void answered(
            Exchange exchange,
            HttpUrl node,
            ApiRequest request,
            Then then,
            @Nullable String renewable,
            @Nullable Problem problem,
            int status,
            String body) {
        if (exchange.over) {
            return;
        }
        if (status == 401 && renewable != null) {
            tokens.spent(renewable);
            attempt(exchange, request, then, false);
            return;
        }
        exchange.over = true;
        if (problem == null) {
            then.answered(status, body);
            return;
        }
        if (status >= 502) {
            nodes.failed(node);
        }
        then.refused(problem);
    }

    /** A request as OkHttp has it. */
    Request request(ApiRequest request, HttpUrl node, String token) {
        var url = node.newBuilder().addPathSegment("v1");
        request.path().forEach(url::addPathSegment);
        for (int i = 0; i < request.query().size(); i += 2) {
            url.addQueryParameter(request.query().get(i), request.query().get(i + 1));
        }
        var body = request.body() == null
                ? request.method().equals("PUT") || request.method().equals("POST")
                        ? RequestBody.create(new byte[0], null)
                        : null
                : RequestBody.create(request.body().getBytes(java.nio.charset.StandardCharsets.UTF_8), JSON);
        var built = new Request.Builder()
                .url(url.build())
                .method(request.method(), body)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
        if (request.lastEventId() != null) {
            built.header("Last-Event-ID", request.lastEventId());
        }
        return built.build();
    }

    /** What a response refuses with: its problem document, or what its status says. */
    static Problem problem(Response response, String body, DataAdapter adapter) {
        int status = response.code();
        Problem problem;
        try {
            problem = Problem.of(Json.object(body), status, adapter);
        } catch (MalformedException notOurs) {
            problem = Problem.of(status, "HTTP " + status);
        }
        long asked = RetryAfter.millis(response.header("Retry-After"), response.header("Date"));
        return asked < 0 ? problem : problem.withRetryAfter(asked);
    }

    /** The whole body as UTF-8. @throws IOException when it cannot be read, or is longer than {@link #MAX_ANSWER} */
    static String body(ResponseBody body) throws IOException {
        var buffer = new Buffer();
        var source = body.source();
        while (source.read(buffer, 64L << 10) != -1) {
            if (buffer.size() > MAX_ANSWER) {
                throw new IOException("an answer of more than " + MAX_ANSWER + " bytes");
            }
        }
        return buffer.readUtf8();
    }
}
