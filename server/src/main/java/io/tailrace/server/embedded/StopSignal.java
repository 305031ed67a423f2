package io.tailrace.server.embedded;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How a process is asked to end. */
enum StopSignal {
    TERM,
    /** PostgreSQL's fast shutdown: TERM would wait for its clients. */
    INT;

    /** Asks; does not wait. A process that is gone already is fine. */
    void send(ProcessHandle process) {
        if (this == TERM) {
            process.destroy();
            return;
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -" + name() + " " + process.pid() + " 2>/dev/null")
                    .start()
                    .waitFor(1, TimeUnit.SECONDS);
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
