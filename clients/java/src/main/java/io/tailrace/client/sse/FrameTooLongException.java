package io.tailrace.client.sse;

import java.io.IOException;

/** A stream sent a line or a frame beyond the bound; nothing more of it is read. */
public final class FrameTooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    FrameTooLongException(int bound) {
        super("a frame of more than " + bound + " bytes");
    }
}
