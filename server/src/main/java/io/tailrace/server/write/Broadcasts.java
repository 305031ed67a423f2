package io.tailrace.server.write;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Audit;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.http.Exchange;
import io.tailrace.wire.ChannelName;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Tells the audit of requests that reached many channels at once. After the writes, which are committed by several lanes, and
 * before the answer: an answer of success means that the entry is there. Without an answer the client asks again under the
 * same keys, and what was written then counts as reached.
 */
public final class Broadcasts {

    /** From so many channels on, of one request, it is a broadcast. Fewer cost nothing here. */
    static final int CHANNELS = 50;

    /** Namespaces that an entry names at most. */
    static final int NAMESPACES = 10;

    private static final String ACTION = "events.broadcast";

    private final Audit audit;
    private final ClientAddress addresses;

    /** @param addresses where requests come from */
    public Broadcasts(Audit audit, ClientAddress addresses) {
        this.audit = audit;
        this.addresses = addresses;
    }

    /**
     * The detail of an entry. The events themselves are found by its trace.
     *
     * @param channels how many were reached
     * @param events how many were stored or passed on
     * @param namespaces of the channels, the first {@value #NAMESPACES} in order
     */
    record Detail(int channels, int events, List<String> namespaces) {}

    /**
     * Keeps a request that was a broadcast.
     *
     * @param reached the channels that have something of it, and how many events each
     * @throws io.tailrace.log.LogUnavailable when it cannot be kept: nobody may be told of success
     */
    void keep(ServerRequest request, Identity author, Map<ChannelName, Integer> reached) {
        if (reached.size() < CHANNELS) {
            return;
        }
        var by = new Audit.By(
                author.actor(),
                addresses.of(request).map(InetAddress::getHostAddress).orElse(null),
                Exchange.of(request).trace());
        var namespaces = reached.keySet().stream()
                .map(ChannelName::namespace)
                .distinct()
                .sorted()
                .limit(NAMESPACES)
                .toList();
        int events = reached.values().stream().mapToInt(Integer::intValue).sum();
        audit.add(by, ACTION, "", new Detail(reached.size(), events, namespaces));
    }
}
