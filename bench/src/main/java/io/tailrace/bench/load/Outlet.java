package io.tailrace.bench.load;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where events are published, and how; or where something else is asked that is counted like them.
 *
 * @param address of the server
 * @param request the bytes of a request for so many events
 * @param batch events that one request carries at most
 * @param depth requests that may be under way on one connection
 * @param mark what an answer to several holds once for each that was taken
 * @param connections how many connections; a channel keeps to one unless the server numbers events itself
 */
public record Outlet(InetSocketAddress address, Request request, int batch, String mark, int depth, int connections) {

    /** How to publish. */
    @FunctionalInterface
    public interface Request {
        byte[] of(List<Draft> drafts);
    }

    /** The same with other bounds. */
    public Outlet with(int events, int under, int links) {
        return new Outlet(address, request, events, mark, under, links);
    }
}
