package io.tailrace.server;

import java.io.Serial;

/** A configuration that no node can start with; the message is one sentence for whoever wrote it. */
public final class ConfigFault extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ConfigFault(String sentence) {
        super(sentence, null, false, false);
    }
}
