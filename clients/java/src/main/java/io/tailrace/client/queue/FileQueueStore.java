package io.tailrace.client.queue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In a file that survives crashes of the process and of the machine: a log of records with checksums, only ever added
 * to, and on the disk ({@code fsync}) before {@link #append} returns. A record that a crash has cut off is cut away at
 * the next start; one that the disk has damaged is left out, and the rest stays. When more of the file is done than
 * waits, it is written anew beside itself and takes its own place in one step.
 *
 * <p>One process at a time: a lock file beside it sees to that. Not safe for several threads at once; a client uses one.
 */
public final class FileQueueStore implements QueueStore {

    /** How many writes it holds. */
    public static final int MAX_WRITES = 10_000;

    /** How many bytes of writes it holds. */
    public static final long MAX_BYTES = 64L << 20;

    /** Done bytes below which writing the file anew is not worth it. */
    private static final long COMPACT_ABOVE = 64L << 10;

    private final File file;
    private final int maxWrites;
    private final long maxBytes;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private final RandomAccessFile lockFile;
    private final FileLock lock;
    private FileChannel channel;
    private long end;
    private long waiting;
    private boolean closed;

    private record Kept(QueuedWrite write, int bytes) {}

    private FileQueueStore(File file, int maxWrites, long maxBytes) throws IOException {
        this.file = file;
        this.maxWrites = maxWrites;
        this.maxBytes = maxBytes;
        this.lockFile = new RandomAccessFile(beside(".lock"), "rw");
        try {
            this.lock = lock(lockFile, file);
            this.channel = open();
            recover();
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    /**
     * Opens the queue of a file, which is made when it is not there. Reads it.
     *
     * @param file in a directory that exists and that no other program tidies up, such as Android's {@code getFilesDir()}
     * @throws IOException when it cannot be read or written, or another process has it open
     */
    public static FileQueueStore open(File file) throws IOException {
        return open(file, MAX_WRITES, MAX_BYTES);
    }

    /**
     * Opens the queue of a file with bounds of its own.
     *
     * @param file in a directory that exists
     * @param maxWrites that it holds, at least 1
     * @param maxBytes of writes that it holds; the file takes at most about twice as many
     * @throws IOException when it cannot be read or written, or another process has it open
     */
    public static FileQueueStore open(File file, int maxWrites, long maxBytes) throws IOException {
        return new FileQueueStore(file.getAbsoluteFile(), maxWrites, maxBytes);
    }

    @Override
    public List<QueuedWrite> load() {
        var writes = new ArrayList<QueuedWrite>(kept.size());
        kept.values().forEach(one -> writes.add(one.write()));
        return writes;
    }

    @Override
    public void append(List<QueuedWrite> writes) throws IOException {
        var records = new ArrayList<byte[]>(writes.size());
        long bytes = 0;
        for (var write : writes) {
            byte[] encoded = new LogRecord.Added(write).encode();
            if (encoded.length > LogRecord.MAX_BODY) {
                throw new QueueFullException("a write of " + encoded.length + " bytes");
            }
            records.add(encoded);
            bytes += encoded.length;
        }
        if (writes.size() > maxWrites - kept.size()) {
            throw new QueueFullException(maxWrites + " writes");
        }
        if (bytes > maxBytes - waiting) {
            throw new QueueFullException(maxBytes + " bytes");
        }
        write(records, true);
        for (int i = 0; i < records.size(); i++) {
            keep(writes.get(i), records.get(i).length);
        }
    }

    /** Not forced to the disk: what comes back after a crash is sent again, and the server knows it. */
    @Override
    public void remove(Collection<String> idempotencyKeys) throws IOException {
        var records = new ArrayList<byte[]>();
        for (var key : idempotencyKeys) {
            if (forget(key)) {
                records.add(new LogRecord.Removed(key).encode());
            }
        }
        if (records.isEmpty()) {
            return;
        }
        write(records, false);
        if (end - waiting > Math.max(COMPACT_ABOVE, waiting)) {
            compact();
        }
    }

    @Override
    public void clear() throws IOException {
        kept.clear();
        waiting = 0;
        channel.truncate(0);
        end = 0;
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (lockFile) {
            channel.close();
            lock.release();
        }
    }

    /** After a failure nothing is left behind the last whole record: what came next would be lost with it. */
    private void write(List<byte[]> records, boolean force) throws IOException {
        long at = end;
        try {
            for (byte[] encoded : records) {
                at = writeAll(channel, encoded, at);
            }
            if (force) {
                channel.force(false);
            }
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
        end = at;
    }

    private static long writeAll(FileChannel channel, byte[] bytes, long position) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        return at;
    }

    private void recover() throws IOException {
        byte[] all = Files.readAllBytes(file.toPath());
        int at = 0;
        while (all.length - at >= LogRecord.HEAD) {
            var head = ByteBuffer.wrap(all, at, LogRecord.HEAD);
            int length = head.getInt();
            if (length <= 0 || length > LogRecord.MAX_BODY || length > all.length - at - LogRecord.HEAD) {
                break; // cut off while it was written, and so nobody was told that it is kept
            }
            int body = at + LogRecord.HEAD;
            if (head.getInt() == LogRecord.checksum(all, body, length)) {
                apply(LogRecord.decode(ByteBuffer.wrap(all, body, length)), LogRecord.HEAD + length);
            }
            at = body + length;
        }
        end = at;
        if (at < all.length) {
            channel.truncate(at);
            channel.force(true);
        }
    }

    private void apply(@Nullable LogRecord entry, int bytes) {
        if (entry instanceof LogRecord.Added added) {
            keep(added.write(), bytes);
        } else if (entry instanceof LogRecord.Removed removed) {
            forget(removed.idempotencyKey());
        }
    }

    private void keep(QueuedWrite write, int bytes) {
        forget(write.idempotencyKey());
        kept.put(write.idempotencyKey(), new Kept(write, bytes));
        waiting += bytes;
    }

    private boolean forget(String key) {
        var gone = kept.remove(key);
        waiting -= gone == null ? 0 : gone.bytes();
        return gone != null;
    }

    /** Whole and on the disk before it takes the old one's place; a crash leaves one of the two. */
    private void compact() throws IOException {
        File fresh = beside(".new");
        long size = 0;
        try (var out = FileChannel.open(
                fresh.toPath(),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var one : kept.values()) {
                size = writeAll(out, new LogRecord.Added(one.write()).encode(), size);
            }
            out.force(true);
        }
        Files.move(fresh.toPath(), file.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
        channel.close();
        channel = open();
        end = size;
    }

    private FileChannel open() throws IOException {
        boolean fresh = !file.exists();
        var opened = FileChannel.open(
                file.toPath(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (fresh) {
            syncDirectory();
        }
        return opened;
    }

    /** So that the file's name is on the disk too, where the system can do that. */
    private void syncDirectory() {
        var parent = file.getParentFile();
        if (parent == null) {
            return;
        }
        try (var directory = FileChannel.open(parent.toPath(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException notOfferedHere) {
            return; // Windows; its journal orders names itself
        }
    }

    private File beside(String suffix) {
        return new File(file.getPath() + suffix);
    }

    private static FileLock lock(RandomAccessFile lockFile, File file) throws IOException {
        try {
            var lock = lockFile.getChannel().tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException here) {
            throw new IOException(file + " is open already, in this process", here);
        }
        throw new IOException(file + " is open already, in another process");
    }
}
