package io.tailrace.server.limit;

import io.tailrace.testkit.RedisCluster;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same on a Redis Cluster of three masters, where what is told in one go goes to all of them. */
@Tag("R-83")
class ClusterSharingTest extends SharingContract {

    private RedisCluster cluster;

    @BeforeAll
    void start() {
        cluster = RedisCluster.launch();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Override
    URI redis() {
        return URI.create(cluster.url());
    }
}
