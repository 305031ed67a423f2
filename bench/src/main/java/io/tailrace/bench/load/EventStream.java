package io.tailrace.bench.load;

/** An answer that goes on, as its reader sees it, whatever carries it; everything on the thread of its {@link Loop}. */
interface EventStream {

    /** Who reads it: told of an answer between {@link #arriving} and {@link #arrived}. */
    interface Listener extends ResponseParser.Sink {
        /** What is to be asked; called once, when it can be sent. */
        Get request();

        /** Something came, now. */
        void arriving();

        /** That was all for the moment. */
        void arrived();

        /** What came is no answer. The stream is of no use any more, and is to be closed. */
        void broken(String why);

        /** It is gone, by the other end or by a failure; not told when {@link EventStream#close} was called. */
        void gone();
    }

    /** Reads nothing more, as a client does that hangs; nor do others on the same connection. */
    void stall();

    /** Ends it: by cutting the connection, unless others are on it. */
    void close();
}
