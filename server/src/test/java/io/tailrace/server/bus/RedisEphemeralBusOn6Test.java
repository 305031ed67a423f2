package io.tailrace.server.bus;

import io.tailrace.testkit.RedisServer;

class RedisEphemeralBusOn6Test extends RedisEphemeralBusContract {

    RedisEphemeralBusOn6Test() {
        super(RedisServer.Version.EMBEDDED_6);
    }
}
