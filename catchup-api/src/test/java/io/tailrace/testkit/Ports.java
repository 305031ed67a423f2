package io.tailrace.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on. */
public final class Ports {

    private static final int ADMIN = 1_000;

    private Ports() {}

    /**
     * A port that is free, and so is the one 1,000 above (a node's admin port). Below the range of outgoing
     * connections, so that none of them takes it while its server is down.
     */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 31_000);
            if (isFree(port) && isFree(port + ADMIN)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
