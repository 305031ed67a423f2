package io.tailrace.field.proxy;

/** A client library at each place. */
interface Library extends AutoCloseable {

    /**
     * Where a library is to listen.
     *
     * @param place behind which proxy
     * @param port of the proxy
     * @param channel to follow from its beginning
     */
    record Post(Place place, int port, String channel) {

        String origin() {
            return "http://127.0.0.1:" + port;
        }
    }

    /** What it is called in the table. */
    String title();

    Arrivals arrivals(Place place);

    /** When it began to follow, milliseconds since 1970. */
    long asked(Place place);

    /** Whether the last that worked was a stream, and not polls. */
    boolean streams(Place place);

    /** All it said about a place, for a failure's message. */
    String said(Place place);

    @Override
    void close();
}
