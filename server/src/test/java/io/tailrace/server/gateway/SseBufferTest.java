package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SseBufferTest {

    private static final byte[] FRAME = "\"x\"".repeat(1_000).getBytes(StandardCharsets.US_ASCII);

    /** What is allocated outside the heap stays until a full collection: a storm must not allocate per stream. */
    @Test
    @Tag("R-84")
    void aSharedBufferAllocatesNothingOnceItHasGrown() {
        var buffer = SseBuffer.shared();
        gatherMoreThanABatch(buffer);
        long before = allocated();

        for (int stream = 0; stream < 100; stream++) {
            gatherMoreThanABatch(buffer);
        }

        assertThat(allocated() - before).isLessThan(10L * GatewayOptions.BATCH_BYTES);
    }

    @Test
    @Tag("R-62")
    void aStreamsOwnBufferShrinksWhenItIsEmptied() {
        var buffer = SseBuffer.ofStream();

        gatherMoreThanABatch(buffer);

        assertThat(buffer.content().capacity()).isLessThan(2 * SseBuffer.KEPT_BYTES);
        assertThat(buffer.isEmpty()).isTrue();
    }

    private static void gatherMoreThanABatch(SseBuffer buffer) {
        while (buffer.size() <= GatewayOptions.BATCH_BYTES) {
            buffer.frame("tick", "1.1", FRAME);
        }
        buffer.clear();
    }

    /** Bytes outside the heap, of all buffers of this JVM that are not yet collected. */
    private static long allocated() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
