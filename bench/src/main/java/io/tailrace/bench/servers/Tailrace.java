package io.tailrace.bench.servers;

import io.tailrace.bench.load.Crowd;
import io.tailrace.bench.load.Draft;
import io.tailrace.bench.load.Get;
import io.tailrace.bench.load.Outlet;
import io.tailrace.bench.load.Plan;
import io.tailrace.bench.load.Transport;
import io.tailrace.server.embedded.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Nodes of Tailrace that run. The first takes writes and the last serves streams, so that with two of them the one that
 * streams does nothing else, as the servers beside it do nothing else. Each has channels of its own.
 */
public final class Tailrace implements Server {

    /** Writes in one request of the batch route. */
    public static final int BATCH = 50;

    private static final int CONNECTIONS = 4;

    /** What an answer to a batch says of each write that was taken. */
    private static final String CREATED = "\"status\":201";

    private static final int WRITE_RATE = 100_000;

    /** Bytes that a body may have, and those of it that are left to what stands around. */
    private static final int LONGEST_BODY = 4 << 20;

    private static final int ENVELOPE = 1_024;

    private final Cluster cluster;
    private final List<LocalCluster.Node> nodes;
    private final Transport transport;
    private final String prefix;
    private final Map<String, String> headers;
    private final AtomicLong keys = new AtomicLong();

    Tailrace(Cluster cluster, List<LocalCluster.Node> nodes, Transport transport, String tenant, String prefix) {
        this.cluster = cluster;
        this.nodes = List.copyOf(nodes);
        this.transport = transport;
        this.prefix = prefix;
        this.headers = Map.of("Authorization", "Bearer " + cluster.token(tenant), "Content-Type", "application/json");
    }

    /** The same nodes, as another tenant sees them. */
    public Tailrace of(String tenant) {
        return new Tailrace(cluster, nodes, transport, tenant, prefix);
    }

    /** Returns when all nodes say that they are ready. */
    public void awaitReady() {
        try {
            for (var node : nodes) {
                node.awaitReady();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets the namespace of the bench be written to as fast as a contract may allow. */
    public void configure() {
        var contract = "{\"cursors\":true,\"write_rate\":" + WRITE_RATE + "}";
        int status = Exchange.put(address(0), "/v1/namespaces/bench", headers, contract)
                .status();
        if (status >= 300) {
            throw new IllegalStateException("the namespace of the bench is refused: " + status);
        }
    }

    private Map<String, String> with(String name, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return all;
    }

    /** Where the node of this number listens, from 0. */
    public InetSocketAddress address(int node) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), nodes.get(node).port());
    }

    public LocalCluster.Node node(int number) {
        return nodes.get(number);
    }

    /** Nodes that run. */
    public int size() {
        return nodes.size();
    }

    /** The name of a channel of this run. */
    public String channel(int number) {
        return prefix + "-" + number;
    }

    @Override
    public Plan readers(int channels, int readers) {
        return readers(List.of(address(nodes.size() - 1)), channels, readers, 1);
    }

    /** Readers of several channels each, dealt out to these addresses in turn. */
    public Plan readers(List<InetSocketAddress> to, int channels, int readers, int each) {
        return new Plan(
                to,
                transport,
                (first, after) -> stream(first, each, channels, after),
                true,
                channels,
                readers,
                each,
                false,
                each > 1);
    }

    private Get stream(int first, int each, int channels, long after) {
        var query = new StringBuilder("/v1/stream");
        for (int i = 0; i < each; i++) {
            query.append(i == 0 ? "?" : "&").append("channel=").append(channel((first + i) % channels));
        }
        var to = address(nodes.size() - 1);
        return new Get(
                Request.authority(to),
                query.toString(),
                after < 0 ? headers : with("Last-Event-ID", Long.toString(after)));
    }

    /** What opens a stream of the first channel. */
    public Get stream() {
        return stream(0, 1, 1, -1);
    }

    /** Batches as no client of ours sends them: as long as they may be, and twice that; with one write, and garbage. */
    public List<byte[]> hugeBodies() {
        var filling = "x".repeat(LONGEST_BODY - ENVELOPE);
        return Stream.of(
                        "{\"writes\":[{\"idempotency_key\":\"huge\",\"channel\":\"" + channel(0)
                                + "\",\"type\":\"tick\",\"data\":\"" + filling + "\"}]}",
                        "[".repeat(LONGEST_BODY - ENVELOPE),
                        "{\"writes\":[\"" + filling + filling + "\"]}")
                .map(body -> Request.of("POST", address(0), "/v1/writes", headers, body))
                .toList();
    }

    @Override
    public Outlet outlet() {
        return outlet(EventText.PAD);
    }

    /** The same with events that are filled up with this. */
    public Outlet outlet(String pad) {
        return new Outlet(address(0), drafts -> publish(drafts, pad), 1, CREATED, 1, CONNECTIONS);
    }

    /** Pages of the history of the first channel: a draft's channel tells after which event. */
    public Outlet pages(int events, int readers) {
        return new Outlet(
                address(0),
                drafts -> new Get(
                                Request.authority(address(0)),
                                "/v1/channels/" + channel(0) + "/events?limit=" + events + "&after="
                                        + drafts.getFirst().channel(),
                                headers)
                        .bytes(),
                events,
                "\"seq\":",
                1,
                readers);
    }

    private byte[] publish(List<Draft> drafts, String pad) {
        if (drafts.size() == 1) {
            var draft = drafts.getFirst();
            return Request.of(
                    "POST",
                    address(0),
                    "/v1/channels/" + channel(draft.channel()) + "/events",
                    with("Idempotency-Key", key()),
                    "{\"type\":\"tick\",\"data\":" + EventText.data(draft, pad) + "}");
        }
        var writes = drafts.stream()
                .map(draft -> "{\"idempotency_key\":\"" + key() + "\",\"channel\":\"" + channel(draft.channel())
                        + "\",\"type\":\"tick\",\"data\":" + EventText.data(draft, pad) + "}")
                .collect(Collectors.joining(",", "{\"writes\":[", "]}"));
        return Request.of("POST", address(0), "/v1/writes", headers, writes);
    }

    private String key() {
        return prefix + "-" + keys.incrementAndGet();
    }

    /** Where a user's cursor socket of the first channel connects. */
    public Crowd.Place cursor(String user, int node) {
        var request = "GET /v1/channels/" + channel(0) + "/cursors HTTP/1.1\r\nHost: "
                + Request.authority(address(node)) + "\r\nAuthorization: Bearer " + cluster.token(Cluster.TENANT, user)
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tailrace.cursors.v1\r\n\r\n";
        return new Crowd.Place(address(node), request.getBytes(StandardCharsets.US_ASCII));
    }

    /** A user says on the first channel that it is here. */
    public void beat(String user, int node, String mode) {
        var answer = Exchange.put(
                address(node),
                "/v1/channels/" + channel(0) + "/presence",
                Map.of(
                        "Authorization",
                        "Bearer " + cluster.token(Cluster.TENANT, user),
                        "Content-Type",
                        "application/json"),
                "{\"mode\":\"" + mode + "\"}");
        if (answer.status() != 200) {
            throw new IllegalStateException("a heartbeat was answered " + answer.status() + ": " + answer.body());
        }
    }

    /** Hears of the presence frames of the first channel. */
    public Watcher watcher(int node) {
        return new Watcher(address(node), stream(0, 1, 1, -1).bytes(), "presence");
    }

    /** A reader of the first channel that takes 2 KB per second. */
    public SlowReader slowReader(int node) {
        return new SlowReader(address(node), stream(0, 1, 1, -1).bytes());
    }

    /** What the log has of this run. */
    public Ledger ledger() {
        return Ledger.of(cluster.local(), prefix + "-");
    }

    /** What a path answers to whoever may do everything. */
    public Exchange.Answer get(int node, String path) {
        return Exchange.get(address(node), path, headers);
    }

    /** The sum of a metric of a node, over all its labels; 0 when it has none. */
    public double metric(int node, String name) {
        var admin = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), nodes.get(node).adminPort());
        var text = Exchange.get(admin, "/metrics", Map.of()).body();
        return text.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public Map<String, List<Long>> processes() {
        var processes = new LinkedHashMap<String, List<Long>>();
        processes.put(STREAMS, List.of(nodes.getLast().pid()));
        if (nodes.size() > 1) {
            processes.put(
                    "writes",
                    nodes.subList(0, nodes.size() - 1).stream()
                            .map(LocalCluster.Node::pid)
                            .toList());
        }
        processes.put("postgres", List.of(cluster.local().postgresPid()));
        processes.put("redis", List.of(cluster.local().redisPid()));
        return processes;
    }

    @Override
    public void close() {
        nodes.forEach(LocalCluster.Node::end);
    }
}
