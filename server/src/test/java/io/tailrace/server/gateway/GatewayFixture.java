package io.tailrace.server.gateway;

import io.tailrace.log.Append;
import io.tailrace.log.AppendOutcome;
import io.tailrace.log.EventLog;
import io.tailrace.log.LogUnavailable;
import io.tailrace.log.postgres.Database;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.ServerConfig;
import io.tailrace.server.ServerFixture;
import io.tailrace.server.SseReader;
import io.tailrace.server.access.AccessWatch;
import io.tailrace.server.access.Guard;
import io.tailrace.server.access.TicketOptions;
import io.tailrace.server.access.TicketRoutes;
import io.tailrace.server.access.Tickets;
import io.tailrace.server.access.TokenOptions;
import io.tailrace.server.bus.Announcement;
import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.bus.LocalBus;
import io.tailrace.server.bus.LocalEphemeralBus;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.http.Cors;
import io.tailrace.server.http.Door;
import io.tailrace.server.http.HttpMeters;
import io.tailrace.server.http.Journal;
import io.tailrace.server.http.Listener;
import io.tailrace.server.http.RouteTable;
import io.tailrace.server.hub.HubMeters;
import io.tailrace.server.hub.HubOptions;
import io.tailrace.server.hub.HubRegistry;
import io.tailrace.server.limit.LimitMeters;
import io.tailrace.server.limit.LimitOptions;
import io.tailrace.server.limit.Limits;
import io.tailrace.server.limit.Sharing;
import io.tailrace.server.signal.MemberFeed;
import io.tailrace.server.signal.Noticeboards;
import io.tailrace.server.signal.SignalMeters;
import io.tailrace.server.signal.Signals;
import io.tailrace.testkit.PostgresServer;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Event;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.IdempotencyKey;
import io.tailrace.wire.Json;
import io.tailrace.wire.Standing;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gateways of any number of nodes in this JVM, on one real PostgreSQL database and one bus, without a write path: tests
 * append to the log, and announce it or not. Streams run by {@link #time}. Close it.
 */
final class GatewayFixture implements AutoCloseable {

    static final String TENANT = "acme";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final TestTime time = new TestTime();
    final AtomicInteger failures = new AtomicInteger();
    final PostgresServer postgres;
    final String databaseName;
    final Database database;
    final PostgresLog log;
    final LocalBus bus = new LocalBus();
    final List<String> journal = new CopyOnWriteArrayList<>();
    private final GatewayOptions options;
    private final List<Node> nodes = new ArrayList<>();

    GatewayFixture(GatewayOptions options) {
        this(options, PostgresServer.shared(PostgresServer.Version.DEBIAN_15));
    }

    GatewayFixture(GatewayOptions options, PostgresServer postgres) {
        this.options = options;
        this.postgres = postgres;
        this.databaseName = postgres.createDatabase();
        this.database = postgres.open(databaseName);
        this.log = PostgresLog.on(database, InstantSource.system());
        log.epoch().observe();
    }

    GatewayFixture() {
        this(GatewayOptions.DEFAULT);
    }

    /** One more node. */
    Node node() {
        var node = new Node("n" + (nodes.size() + 1));
        nodes.add(node);
        return node;
    }

    /** Appends {@code count} events and announces them, as the write path does. */
    long append(String channel, int count) {
        return append(channel, count, true);
    }

    /** Appends events; without an announcement only audits find them. Returns the last seq. */
    long append(String channel, int count, boolean announced) {
        long last = 0;
        for (int from = 0; from < count; from += 500) {
            var batch = new ArrayList<Append>();
            for (int i = from; i < Math.min(count, from + 500); i++) {
                batch.add(write(channel, "{\"n\":" + i + "}"));
            }
            last = append(batch, announced);
        }
        return last;
    }

    /** Appends {@code count} events with this text, at most 500. */
    long append(String channel, int count, String text) {
        return append(
                Collections.nCopies(count, "\"" + text + "\"").stream()
                        .map(json -> write(channel, json))
                        .toList(),
                true);
    }

    /** The log, which refuses as many reads as {@link #failures} says: too short an outage for anything else to see. */
    private EventLog failing(EventLog real) {
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read") && failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        throw new LogUnavailable("once", new IllegalStateException("as the test wants it"));
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /** Appends one event with this data. */
    long append(String channel, String json) {
        return append(List.of(write(channel, json)), true);
    }

    /** Appends one event about {@code key}. */
    long appendKeyed(String channel, String key, String json) {
        return append(List.of(write(channel, key, json)), true);
    }

    private long append(List<Append> batch, boolean announced) {
        var outcomes = log.events().append(batch);
        long last = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (!(outcomes.get(i) instanceof AppendOutcome.Committed done)) {
                throw new AssertionError("not committed: " + outcomes.get(i));
            }
            last = done.seq();
            if (announced) {
                bus.publish(List.of(announcement(batch.get(i), done)));
            }
        }
        return last;
    }

    private static Announcement announcement(Append write, AppendOutcome.Committed done) {
        var draft = write.draft();
        var event = new Event(
                write.channel().name(),
                done.seq(),
                draft.type(),
                draft.key(),
                draft.ref(),
                draft.data(),
                write.by(),
                write.via(),
                done.at(),
                null);
        return Announcement.Appended.of(write.channel().tenant(), done.epoch(), done.accessEpoch(), event);
    }

    private Append write(String channel, String json) {
        return write(channel, null, json);
    }

    private Append write(String channel, @Nullable String key, String json) {
        var id = ChannelId.of(TENANT, channel);
        return new Append(
                id,
                new Actor(TENANT, "writer", null, null, Instant.now()),
                Standing.GRANT,
                "writer",
                new IdempotencyKey(UUID.randomUUID().toString()),
                new EventDraft("test.made", Json.parse(json), key, null, null),
                null,
                null,
                null,
                log.contracts().of(TENANT, id.name().namespace()).version());
    }

    /** A token of {@code user} that may read everything. */
    String token(String user) {
        return token(user, "*", Duration.ofHours(1));
    }

    String token(String user, String pattern, Duration ttl) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("sub", user);
        claims.put("tenant", TENANT);
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iat", Date.from(time.now()));
        claims.put("exp", Date.from(time.now().plus(ttl)));
        claims.put("grants", List.of(ServerFixture.grant(pattern, "read", "manage")));
        return ServerFixture.sign(claims);
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        bus.close();
        database.close();
    }

    /** A node with streams and tickets only. */
    final class Node implements AutoCloseable {

        final AccessWatch access = new AccessWatch(log.members());
        final EphemeralBus ephemeralBus = new LocalEphemeralBus();
        final Signals signals = new Signals(ephemeralBus, InstantSource.system(), SignalMeters.NONE);
        final Noticeboards boards = Noticeboards.open(ephemeralBus, MemberFeed.NONE, SignalMeters.NONE);
        final HubRegistry hubs =
                HubRegistry.open(failing(log.events()), bus, access, HubOptions.DEFAULT, HubMeters.NONE);
        final Gateway gateway;
        private final Listener listener;

        Node(String name) {
            var config = ServerConfig.from(Map.of(
                    "TAILRACE_DATABASE_URL",
                    postgres.url(databaseName),
                    "TAILRACE_JWT_SECRET",
                    ServerFixture.SECRET,
                    "TAILRACE_HOST",
                    "127.0.0.1",
                    "TAILRACE_PORT",
                    "0",
                    "TAILRACE_ADMIN_PORT",
                    "0"));
            var lines = new Journal(journal::add, time::now, new byte[] {1});
            var tickets = new Tickets(database);
            var guard = new Guard(
                    new TokenOptions(ServerFixture.SECRET, Map.of(), null, null, null, Duration.ofDays(1)),
                    tickets,
                    log.members(),
                    Set.of(),
                    time::now);
            var around = new Gateway.Surroundings(
                    hubs,
                    boards,
                    log.events(),
                    log.contracts(),
                    guard,
                    access,
                    new Limits(
                            LimitOptions.NONE,
                            new ClientAddress(List.of()),
                            Sharing.ALONE,
                            LimitMeters.NONE,
                            System::nanoTime),
                    bus,
                    database,
                    lines,
                    StreamMeters.NONE);
            gateway = Gateway.of(name, options, around, time.pace());
            var routes = new RouteTable(lines, HttpMeters.NONE, Door.OPEN, new Cors(Set.of()))
                    .register(
                            gateway.routes(),
                            new TicketRoutes(
                                    guard,
                                    tickets,
                                    new TicketOptions(Duration.ofMinutes(15), Duration.ofDays(1)),
                                    time::now));
            listener = Listener.start(
                    config.http(), routes, new RouteTable(lines, HttpMeters.NONE, Door.OPEN, new Cors(Set.of())));
            gateway.open();
        }

        int port() {
            return listener.port();
        }

        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + port() + path);
        }

        /** Opens a stream. @param position {@code Last-Event-ID}; null: none */
        SseReader stream(String query, String token, @Nullable String position) {
            var uri = uri("/v1/stream?" + query);
            return position == null
                    ? SseReader.open(uri, token)
                    : SseReader.open(uri, token, "Last-Event-ID", position);
        }

        HttpResponse<String> send(String method, String path, String token, @Nullable String json, String... headers) {
            var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
            if (headers.length > 0) {
                request.headers(headers);
            }
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            if (json != null) {
                request.header("Content-Type", "application/json");
            }
            request.method(
                    method,
                    json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
            try {
                return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Ends as abruptly as a node in a JVM that lives on can. */
        @Override
        public void close() {
            listener.close();
            gateway.close();
            signals.close();
            boards.close();
            ephemeralBus.close();
            hubs.close();
            access.close();
        }
    }
}
