package io.tailrace.field.network;

import io.tailrace.field.network.Scissors.Ending;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A client's connection through a line, and the one to the server that belongs to it. */
final class Connection {

    private final Socket client;
    private final Socket server;
    private volatile boolean mute;
    private volatile boolean over;
    private final AtomicInteger directions = new AtomicInteger(2);

    Connection(Socket client, Socket server) {
        this.client = client;
        this.server = server;
    }

    Socket client() {
        return client;
    }

    Socket server() {
        return server;
    }

    /** Whether nothing is to pass any more, though both sockets stay. */
    boolean mute() {
        return mute;
    }

    void goMute() {
        mute = true;
    }

    boolean over() {
        return over;
    }

    /** One direction has carried its end; after both have, there is nothing left. */
    void finished() {
        if (directions.decrementAndGet() == 0) {
            end(Ending.FINISH);
        }
    }

    /** Ends it towards both sides. */
    void end(Ending ending) {
        over = true;
        for (var socket : new Socket[] {client, server}) {
            try {
                if (ending == Ending.RESET) {
                    socket.setSoLinger(true, 0);
                }
                socket.close();
            } catch (IOException gone) {
                // it has ended by itself
            }
        }
    }
}
