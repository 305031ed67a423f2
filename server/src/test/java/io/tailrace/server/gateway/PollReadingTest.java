package io.tailrace.server.gateway;

import org.jspecify.annotations.Nullable;

/** By polls in turn. */
class PollReadingTest extends ReadingContract {

    @Override
    Reading read(GatewayFixture.Node from, String query, String token, @Nullable String position) {
        return new Reading.Polling(from, query, token, position);
    }
}
