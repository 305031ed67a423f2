package io.tailrace.server.limit;

import io.tailrace.testkit.RedisServer;

class RedisSharingTest extends RedisSharingContract {

    RedisSharingTest() {
        super(RedisServer.Version.SYSTEM);
    }
}
