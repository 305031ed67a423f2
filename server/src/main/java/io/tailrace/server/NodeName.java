package io.tailrace.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Names for nodes that were given none: unlike each other on one host, and across restarts. */
final class NodeName {

    private static final int HOST_LENGTH = 48;

    private NodeName() {}

    static String generated() {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        return host() + "-" + HexFormat.of().formatHex(random);
    }

    private static String host() {
        try {
            var name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return name.substring(0, Math.min(name.length(), HOST_LENGTH));
        } catch (UnknownHostException unnamed) {
            return "node";
        }
    }
}
