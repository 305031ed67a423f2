package io.tailrace.client;

import io.tailrace.client.json.DataAdapter;
import io.tailrace.client.json.GsonAdapter;
import io.tailrace.client.queue.FileQueueStore;
import io.tailrace.client.queue.MemoryQueueStore;
import io.tailrace.client.queue.QueueStore;
import java.io.File;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Chooses what a client is to be, and makes it. Used by one thread. */
public final class TailraceBuilder {

    private static final int MAX_WORD = 128;

    /** Requests under way at most: a stream, a batch, and what listeners ask for. */
    private static final int MAX_REQUESTS = 32;

    private static final long CONNECTS_WITHIN = 15_000;

    private final List<HttpUrl> urls = new ArrayList<>();
    private @Nullable TokenProvider tokens;
    private String client = "tailrace-java/0.1.0";
    private @Nullable String device;
    private Profile profile = Profile.DEFAULT;
    private @Nullable QueueStore queue;
    private DataAdapter adapter = new GsonAdapter();
    private @Nullable Executor callbacks;
    private @Nullable OkHttpClient okhttp;

    TailraceBuilder() {}

    /**
     * Where a node is, such as {@code https://rt.example}. Several may be given, 32 at most: when one does not answer the
     * next is tried.
     *
     * @throws IllegalArgumentException when it is no http or https address
     */
    public TailraceBuilder url(String url) {
        if (urls.size() >= Nodes.MAX) {
            throw new IllegalArgumentException("at most " + Nodes.MAX + " addresses");
        }
        urls.add(HttpUrl.get(url));
        return this;
    }

    /** Where tokens come from. */
    public TailraceBuilder token(TokenProvider provider) {
        this.tokens = provider;
        return this;
    }

    /** A token that does not change: for tools and tests; it ends some day. */
    public TailraceBuilder token(String token) {
        return token(() -> token);
    }

    /**
     * Name and version of the application, for the operator's eyes: {@code chat/1.4}.
     *
     * @param client up to 128 printable ASCII characters
     */
    public TailraceBuilder client(String client) {
        this.client = word(client);
        return this;
    }

    /**
     * This installation, so that it can be revoked, and told from the user's others in presence. By default one is made for
     * each client that is built, so keep one and give it.
     *
     * @param device up to 64 printable ASCII characters
     */
    public TailraceBuilder device(String device) {
        if (device.length() > 64) {
            throw new IllegalArgumentException("a device has up to 64 characters");
        }
        this.device = word(device);
        return this;
    }

    /** What to spare; by default {@link Profile#DEFAULT}. */
    public TailraceBuilder profile(Profile profile) {
        this.profile = profile;
        return this;
    }

    /**
     * Where writes wait. By default in memory, so that they end with the process.
     *
     * @param store of this client alone, which closes it
     */
    public TailraceBuilder queue(QueueStore store) {
        this.queue = store;
        return this;
    }

    /**
     * Keeps waiting writes in a file, see {@link FileQueueStore}.
     *
     * @param file of this client alone, one for each user who signs in
     * @throws IOException when it cannot be opened, or is open already
     */
    public TailraceBuilder queue(File file) throws IOException {
        return queue(FileQueueStore.open(file));
    }

    /** Makes objects of JSON; by default a {@link GsonAdapter}. */
    public TailraceBuilder adapter(DataAdapter adapter) {
        this.adapter = adapter;
        return this;
    }

    /**
     * Runs what listeners, observers and futures are told, one task at a time whatever it is: Android's main executor, say.
     * By default a daemon thread of the client's own.
     */
    public TailraceBuilder callbacks(Executor executor) {
        this.callbacks = executor;
        return this;
    }

    /**
     * Certificates, proxies, DNS: as in a client of OkHttp that the application has. Its connections are shared; its
     * timeouts for reading and for whole calls are not used, nor is its dispatcher.
     */
    public TailraceBuilder okhttp(OkHttpClient client) {
        this.okhttp = client;
        return this;
    }

    /**
     * Makes the client. It connects as soon as a channel is followed, and sends what waits in the queue.
     *
     * @throws IllegalStateException when there is no address, or no token
     */
    public Tailrace connect() {
        return new Tailrace(new Client(choices(), new Client.Seams(new SystemLoop(), new SecureRandom())));
    }

    /** With a loop and with randomness that a test holds in its hand. */
    Tailrace connect(Client.Seams seams) {
        return new Tailrace(new Client(choices(), seams));
    }

    private Client.Choices choices() {
        if (urls.isEmpty() || tokens == null) {
            throw new IllegalStateException("a client needs an address and a token");
        }
        var setup =
                new Setup(client, device == null ? java.util.UUID.randomUUID().toString() : device, profile);
        return new Client.Choices(
                List.copyOf(urls),
                tokens,
                setup,
                queue == null ? new MemoryQueueStore() : queue,
                adapter,
                configured(okhttp == null ? new OkHttpClient() : okhttp),
                callbacks == null ? ownThread() : callbacks);
    }

    private static OkHttpClient configured(OkHttpClient base) {
        var pool = new ThreadPoolExecutor(
                0,
                MAX_REQUESTS * 2,
                30,
                TimeUnit.SECONDS,
                new java.util.concurrent.SynchronousQueue<>(),
                task -> Daemon.named("tailrace-io", task));
        var dispatcher = new Dispatcher(pool);
        dispatcher.setMaxRequests(MAX_REQUESTS);
        dispatcher.setMaxRequestsPerHost(MAX_REQUESTS);
        return base.newBuilder()
                .dispatcher(dispatcher)
                .connectTimeout(CONNECTS_WITHIN, TimeUnit.MILLISECONDS)
                .readTimeout(0, TimeUnit.MILLISECONDS)
                .callTimeout(0, TimeUnit.MILLISECONDS)
                .followSslRedirects(false)
                .build();
    }

    private static Executor ownThread() {
        var thread = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Daemon.named("tailrace-callbacks", task));
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    private static String word(String text) {
        if (text.isEmpty() || text.length() > MAX_WORD || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("1 to " + MAX_WORD + " printable ASCII characters");
        }
        return text;
    }
}
