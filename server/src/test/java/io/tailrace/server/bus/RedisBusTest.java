package io.tailrace.server.bus;

import io.tailrace.testkit.RedisServer;

class RedisBusTest extends RedisBusContract {

    RedisBusTest() {
        super(RedisServer.Version.SYSTEM);
    }
}
