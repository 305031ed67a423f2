package io.tailrace.server.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Which ports are free on this machine, at this moment. */
final class Ports {

    /** The admin port of a node lies this far above its main port. */
    static final int ADMIN_DISTANCE = 1000;

    /** Below the ports that systems give to outgoing connections, so that none of those takes it between two starts. */
    private static final int PICK_FROM = 20_000;

    private static final int PICK_BELOW = 32_000;
    private static final int TRIES = 1000;

    private Ports() {}

    /** A free port for a database. */
    static int pick() throws StartRefused {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(PICK_FROM, PICK_BELOW);
            if (free(port)) {
                return port;
            }
        }
        throw new StartRefused("No free port between " + PICK_FROM + " and " + PICK_BELOW + ".");
    }

    /** A free port for a node, whose admin port is free too. */
    static int pickForNode() throws StartRefused {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(PICK_FROM, PICK_BELOW - ADMIN_DISTANCE);
            if (free(port) && free(port + ADMIN_DISTANCE)) {
                return port;
            }
        }
        throw new StartRefused("No free ports for a node between " + PICK_FROM + " and " + PICK_BELOW + ".");
    }

    /** Refuses when a node cannot listen on {@code port}, or on its admin port. */
    static void demandFree(int port) throws StartRefused {
        if (!free(port)) {
            throw new StartRefused("Port " + port + " is in use; choose another with --port.");
        }
        if (!free(port + ADMIN_DISTANCE)) {
            throw new StartRefused("Port " + (port + ADMIN_DISTANCE) + " (the admin port that belongs to " + port
                    + ") is in use; choose another with --port.");
        }
    }

    /** Both addresses are tried: a listener on one of them does not keep the other from binding everywhere. */
    private static boolean free(int port) {
        return binds(new InetSocketAddress(port))
                && binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean binds(InetSocketAddress address) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
