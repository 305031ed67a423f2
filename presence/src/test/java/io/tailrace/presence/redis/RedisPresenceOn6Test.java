package io.tailrace.presence.redis;

import io.tailrace.testkit.RedisServer;

class RedisPresenceOn6Test extends RedisPresenceContract {

    RedisPresenceOn6Test() {
        super(RedisServer.Version.EMBEDDED_6);
    }
}
