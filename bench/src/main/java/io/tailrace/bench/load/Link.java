package io.tailrace.bench.load;

import java.nio.ByteBuffer;

/** One connection; everything on the thread of its {@link Loop}. */
interface Link {

    /** Who uses a connection. */
    interface Listener {
        /** It may be written to. */
        void connected(Link link);

        /** These bytes came; the array is another's afterwards. */
        void received(byte[] bytes, int from, int to);

        /** It is gone, by the other end or by a failure; not told when {@link Link#close} was called. */
        void gone();
    }

    /** Writes as soon as the connection takes it. */
    void send(ByteBuffer bytes);

    /** Reads nothing more, as a client does that hangs. */
    void stall();

    void close();
}
