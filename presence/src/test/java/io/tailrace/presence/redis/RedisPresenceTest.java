package io.tailrace.presence.redis;

import io.tailrace.testkit.RedisServer;

class RedisPresenceTest extends RedisPresenceContract {

    RedisPresenceTest() {
        super(RedisServer.Version.SYSTEM);
    }
}
