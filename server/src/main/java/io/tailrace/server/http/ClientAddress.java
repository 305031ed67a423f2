package io.tailrace.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a request comes from: the peer of its connection or, where that is a proxy that is trusted, the last address of
 * {@code X-Forwarded-For} that is none. What a client writes into that header itself stands before it and counts for
 * nothing.
 */
public final class ClientAddress {

    /** Addresses that are looked at in one header at most. */
    private static final int MAX_HOPS = 32;

    private final List<AddressRange> trusted;

    /** @param trusted proxies that are believed */
    public ClientAddress(List<AddressRange> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** The address that {@code request} comes from; empty when its peer has none. */
    public Optional<InetAddress> of(ServerRequest request) {
        if (!(request.remotePeer().address() instanceof InetSocketAddress peer)) {
            return Optional.empty();
        }
        var hops = request.headers().values(HeaderNames.X_FORWARDED_FOR).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .toList();
        return Optional.of(of(peer.getAddress(), hops));
    }

    /** The same of the peer and what {@code X-Forwarded-For} lists. */
    InetAddress of(InetAddress peer, List<String> hops) {
        var nearest = peer;
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MAX_HOPS) && isTrusted(nearest); i--) {
            var hop = AddressRange.address(hops.get(i).strip());
            if (hop.isEmpty()) {
                return nearest; // who stands behind nonsense cannot be told apart from the one who wrote it
            }
            nearest = hop.get();
        }
        return nearest;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }
}
