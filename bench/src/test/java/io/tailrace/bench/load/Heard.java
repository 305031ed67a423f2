package io.tailrace.bench.load;

import java.nio.charset.StandardCharsets;

/** Answers as text: {@code [status retry-after body]}, one after the other. */
class Heard implements ResponseParser.Sink {

    final StringBuilder seen = new StringBuilder();

    @Override
    public void head(int status, int retryAfterSeconds) {
        seen.append('[').append(status).append(' ').append(retryAfterSeconds).append(' ');
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        seen.append(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
    }

    @Override
    public void end() {
        seen.append(']');
    }
}
