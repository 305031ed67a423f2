package io.tailrace.presence.redis;

import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceOptions;
import io.tailrace.presence.WatchPropertyTest;
import io.tailrace.testkit.RedisServer;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import redis.clients.jedis.RedisClient;

/** The same on a real Redis. */
class RedisWatchPropertyTest {

    @Provide
    Arbitrary<List<WatchPropertyTest.Event>> schedules() {
        return new WatchPropertyTest().schedules();
    }

    @Property(tries = 100)
    void onRedis(@ForAll("schedules") List<WatchPropertyTest.Event> schedule) {
        var redis = RedisServer.shared();
        new WatchPropertyTest.Run(
                        new WatchPropertyTest.Stores() {
                            @Override
                            public Presence open(AtomicLong now) {
                                return RedisPresence.at(
                                        URI.create(redis.url()), "props", PresenceOptions.DEFAULT, now::get);
                            }

                            @Override
                            public boolean mayBeAway() {
                                return true;
                            }

                            @Override
                            public boolean flush() {
                                try (var client = RedisClient.create("127.0.0.1", redis.port())) {
                                    client.flushAll();
                                }
                                return true;
                            }
                        },
                        schedule)
                .check();
    }
}
