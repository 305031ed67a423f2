package io.tailrace.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class LiveHeapTest {

    private static final long ARRAYS = 200;
    private static final int ARRAY_BYTES = 100_000;

    @Test
    void whatIsReachableIsCountedAndGarbageIsNot() {
        long pid = ProcessHandle.current().pid();
        LiveHeap.bytes(pid);
        long before = LiveHeap.bytes(pid);
        var held = new ArrayList<byte[]>();
        for (int i = 0; i < ARRAYS; i++) {
            held.add(new byte[ARRAY_BYTES]);
        }
        long with = LiveHeap.bytes(pid);
        assertThat(held).hasSize((int) ARRAYS);
        held.clear();
        long without = LiveHeap.bytes(pid);

        assertThat(with - before).isCloseTo(ARRAYS * ARRAY_BYTES, withinPercentage(10));
        assertThat(with - without).isCloseTo(ARRAYS * ARRAY_BYTES, withinPercentage(10));
    }

    @Test
    void theLastLineHasTheSum() {
        var histogram = """
                12345:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         27000        2600000  [B (java.base@25)
                Total         90000        7654321
                """;

        assertThat(LiveHeap.total(histogram)).isEqualTo(7_654_321);
        assertThatThrownBy(() -> LiveHeap.total("12345:\nno such command"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no such command");
    }

    @Test
    void whatFillsGapsIsNobodys() {
        var histogram = """
                   1:         27000        2600000  [B (java.base@25)
                   2:         20994        5449064  [Ljdk.internal.vm.FillerElement; (java.base@25)
                   3:            10            160  jdk.internal.vm.FillerObject (java.base@25)
                Total         48004        8049224
                """;

        assertThat(LiveHeap.filler(histogram)).isEqualTo(5_449_224);
    }
}
