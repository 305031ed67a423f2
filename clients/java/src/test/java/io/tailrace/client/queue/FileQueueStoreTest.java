package io.tailrace.client.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R-15")
final class FileQueueStoreTest {

    @TempDir
    @Nullable
    Path directory;

    private File file() {
        return Objects.requireNonNull(directory).resolve("writes.log").toFile();
    }

    private static QueuedWrite write(int i) {
        return new QueuedWrite(
                "key-" + i,
                "board:é" + i % 3,
                "card.moved",
                "{\"n\":" + i + ",\"t\":\"€\"}",
                i % 2 == 0 ? "card:" + i : null,
                "ref-" + i,
                i % 3 == 0 ? "0" : null,
                1_000L + i);
    }

    @Test
    void keepsWritesInOrderOverARestart() throws IOException {
        try (var store = FileQueueStore.open(file())) {
            store.append(List.of(write(1), write(2)));
            store.append(List.of(write(3)));
            store.remove(List.of("key-2", "never-seen"));
        }
        try (var store = FileQueueStore.open(file())) {
            assertThat(store.load()).containsExactly(write(1), write(3));
        }
    }

    /** A crash leaves any beginning of the file: what had been acknowledged by then is there, and nothing that was not written. */
    @Test
    void losesNothingAcknowledgedWhereverTheFileIsCutOff() throws IOException {
        var acknowledged = new ArrayList<Acknowledged>();
        try (var store = FileQueueStore.open(file())) {
            for (int i = 0; i < 6; i++) {
                store.append(List.of(write(2 * i), write(2 * i + 1)));
                acknowledged.add(new Acknowledged(file().length(), store.load()));
                if (i % 2 == 1) {
                    store.remove(List.of("key-" + i));
                    acknowledged.add(new Acknowledged(file().length(), store.load()));
                }
            }
        }
        byte[] whole = Files.readAllBytes(file().toPath());
        var everWritten = new HashSet<QueuedWrite>();
        for (int i = 0; i < 12; i++) {
            everWritten.add(write(i));
        }
        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(file().toPath(), java.util.Arrays.copyOf(whole, cut));
            var expected = Acknowledged.asOf(acknowledged, cut);
            try (var store = FileQueueStore.open(file())) {
                assertThat(store.load()).as("cut at %d", cut).containsAll(expected.stillThere(cut, acknowledged));
                assertThat(everWritten).containsAll(store.load());
                store.append(List.of(write(100)));
            }
            try (var store = FileQueueStore.open(file())) {
                assertThat(store.load()).as("goes on after a cut at %d", cut).contains(write(100));
            }
        }
    }

    /** @param length of the file when {@code writes} had been acknowledged */
    private record Acknowledged(long length, List<QueuedWrite> writes) {

        static Acknowledged asOf(List<Acknowledged> all, long cut) {
            var last = new Acknowledged(0, List.of());
            for (var one : all) {
                last = one.length() <= cut ? one : last;
            }
            return last;
        }

        /** What the next step may have taken away before the cut is not asked for. */
        List<QueuedWrite> stillThere(long cut, List<Acknowledged> all) {
            var there = new ArrayList<>(writes);
            int next = all.indexOf(this) + 1;
            if (next < all.size() && all.get(next).length() > cut) {
                there.retainAll(all.get(next).writes());
            }
            return there;
        }
    }

    @Test
    void leavesOutWhatTheDiskHasDamagedAndKeepsTheRest() throws IOException {
        long first;
        try (var store = FileQueueStore.open(file())) {
            store.append(List.of(write(1)));
            first = file().length();
            store.append(List.of(write(2)));
            store.append(List.of(write(3)));
        }
        try (var raw = new RandomAccessFile(file(), "rw")) {
            raw.seek(first + LogRecord.HEAD + 5);
            raw.write('!');
        }
        try (var store = FileQueueStore.open(file())) {
            assertThat(store.load()).containsExactly(write(1), write(3));
        }
    }

    @Test
    void readsNoGarbageOutOfRandomFiles() throws IOException {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && i % 2 == 0) {
                bytes[0] = 0;
                bytes[1] = 0;
                bytes[2] = 0;
            }
            Files.write(file().toPath(), bytes);
            try (var store = FileQueueStore.open(file())) {
                assertThat(store.load()).isEmpty();
            }
        }
    }

    @Test
    void writesTheFileAnewWhenMostOfItIsDone() throws IOException {
        try (var store = FileQueueStore.open(file())) {
            store.append(List.of(write(1)));
            for (int i = 1_000; i < 3_000; i++) {
                store.append(List.of(write(i)));
                store.remove(List.of("key-" + i));
            }
            assertThat(file().length()).isLessThan(200_000);
            assertThat(store.load()).containsExactly(write(1));
            store.append(List.of(write(2)));
        }
        try (var store = FileQueueStore.open(file())) {
            assertThat(store.load()).containsExactly(write(1), write(2));
        }
    }

    @Test
    void takesAsManyAsItsBoundAndNotOneMore() throws IOException {
        try (var store = FileQueueStore.open(file(), 2, 1 << 20)) {
            store.append(List.of(write(1)));
            assertThatThrownBy(() -> store.append(List.of(write(2), write(3)))).isInstanceOf(QueueFullException.class);
            store.append(List.of(write(2)));
            assertThatThrownBy(() -> store.append(List.of(write(3)))).isInstanceOf(QueueFullException.class);
            store.remove(List.of("key-1"));
            store.append(List.of(write(3)));
            assertThat(store.load()).containsExactly(write(2), write(3));
        }
    }

    @Test
    void takesNoMoreBytesThanItsBound() throws IOException {
        try (var store = FileQueueStore.open(file(), 100, 150)) {
            store.append(List.of(write(1)));
            assertThatThrownBy(() -> store.append(List.of(write(2)))).isInstanceOf(QueueFullException.class);
        }
    }

    @Test
    void oneOwnerAtATime() throws IOException {
        try (var store = FileQueueStore.open(file())) {
            assertThat(store.load()).isEmpty();
            assertThatThrownBy(() -> FileQueueStore.open(file()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("open already");
        }
        FileQueueStore.open(file()).close();
    }

    @Test
    void nothingCanBeReadAfterAClear() throws IOException {
        try (var store = FileQueueStore.open(file())) {
            store.append(List.of(write(1)));
            store.clear();
            assertThat(store.load()).isEmpty();
        }
        assertThat(Files.readAllBytes(file().toPath())).isEmpty();
    }
}
