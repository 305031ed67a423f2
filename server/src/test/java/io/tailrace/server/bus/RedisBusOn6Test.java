package io.tailrace.server.bus;

import io.tailrace.testkit.RedisServer;

class RedisBusOn6Test extends RedisBusContract {

    RedisBusOn6Test() {
        super(RedisServer.Version.EMBEDDED_6);
    }
}
