package io.tailrace.server.bus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * One connection to Redis that listens. One thread reads ({@link #getUnflushedObject}) while another writes; unlike its
 * parent it never connects again by itself, so that a writer cannot revive what the reader has given up.
 */
final class ListeningConnection extends Connection {

    private boolean opened;

    ListeningConnection(HostAndPort address, JedisClientConfig config) {
        super(address, config);
        opened = true;
    }

    @Override
    public void connect() {
        if (opened && !isConnected()) {
            throw new JedisConnectionException("closed");
        }
        super.connect();
    }

    void subscribe(Collection<String> topics) {
        send(Command.SUBSCRIBE, topics);
    }

    void unsubscribe(Collection<String> topics) {
        send(Command.UNSUBSCRIBE, topics);
    }

    private void send(Command command, Collection<String> topics) {
        if (!topics.isEmpty()) {
            sendCommand(
                    command,
                    topics.stream()
                            .map(topic -> topic.getBytes(StandardCharsets.UTF_8))
                            .toArray(byte[][]::new));
            flush();
        }
    }

    void askForSignOfLife() {
        sendCommand(Command.PING);
        flush();
    }

    /** Cuts the socket without a last word, which could block: whoever reads or writes fails at once. */
    void cut() {
        try {
            forceDisconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
