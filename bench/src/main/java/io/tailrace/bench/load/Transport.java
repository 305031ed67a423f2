package io.tailrace.bench.load;

/**
 * What carries streams.
 *
 * @param tls whether inside of TLS, of the version that both ends like best
 * @param http2 HTTP/2, agreed on by ALPN, or known before without TLS (RFC 9113, section 3.3); otherwise HTTP/1.1
 * @param streams of how many readers a connection carries, at most; more than 1 only with HTTP/2
 */
public record Transport(boolean tls, boolean http2, int streams) {

    /** HTTP/1.1 in clear. */
    public static final Transport PLAIN = new Transport(false, false, 1);

    /** @throws IllegalArgumentException for more than one stream at a time over HTTP/1.1, or none */
    public Transport {
        if (streams < 1 || streams > 1 && !http2) {
            throw new IllegalArgumentException(streams + " streams on a connection");
        }
    }

    /** As ALPN calls what is spoken. */
    String protocol() {
        return http2 ? "h2" : "http/1.1";
    }
}
