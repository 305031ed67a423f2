package io.tailrace.server.limit;

import io.tailrace.testkit.RedisServer;

class RedisSharingOn6Test extends RedisSharingContract {

    RedisSharingOn6Test() {
        super(RedisServer.Version.EMBEDDED_6);
    }
}
