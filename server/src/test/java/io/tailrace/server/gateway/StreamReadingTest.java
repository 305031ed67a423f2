package io.tailrace.server.gateway;

import org.jspecify.annotations.Nullable;

/** By a stream. */
class StreamReadingTest extends ReadingContract {

    @Override
    Reading read(GatewayFixture.Node from, String query, String token, @Nullable String position) {
        return new Reading.Streaming(from, query, token, position);
    }
}
