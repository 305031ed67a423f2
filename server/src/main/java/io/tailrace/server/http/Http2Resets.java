package io.tailrace.server.http;

import java.util.function.IntConsumer;

/**
 * Sees which requests a client resets, in the bytes that it sends (RFC 9113, sections 3.4, 4.1 and 6.4). The server below
 * us stops reading for a request that was reset, and goes on writing for it. Used by the connection's thread.
 */
final class Http2Resets {

    private static final int PREFACE = 24;
    private static final int HEADER = 9;
    private static final int RST_STREAM = 3;

    private final IntConsumer reset;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private long skip = PREFACE;

    /** @param reset told the id of each stream that was reset */
    Http2Resets(IntConsumer reset) {
        this.reset = reset;
    }

    /** The next bytes of the connection, the preface first. */
    void received(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            if (skip > 0) {
                long skipped = Math.min(skip, bytes.length - at);
                skip -= skipped;
                at += (int) skipped;
            } else {
                header[headerBytes++] = bytes[at++];
                if (headerBytes == HEADER) {
                    frame();
                }
            }
        }
    }

    private void frame() {
        headerBytes = 0;
        skip = number(0, 3);
        if (header[3] == RST_STREAM) {
            reset.accept(number(5, 4) & Integer.MAX_VALUE);
        }
    }

    private int number(int from, int bytes) {
        int value = 0;
        for (int i = from; i < from + bytes; i++) {
            value = value << 8 | header[i] & 0xff;
        }
        return value;
    }
}
