package io.tailrace.server.bus;

import io.tailrace.testkit.RedisServer;

class RedisEphemeralBusTest extends RedisEphemeralBusContract {

    RedisEphemeralBusTest() {
        super(RedisServer.Version.SYSTEM);
    }
}
