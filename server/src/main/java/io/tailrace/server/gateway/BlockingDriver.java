package io.tailrace.server.gateway;

/**
 * Drives a stream on the thread that serves its request, which blocks while the client is slow and sleeps while there is
 * nothing to do: for connections whose sockets cannot be taken over, HTTP/2 and TLS.
 */
final class BlockingDriver {

    private final LiveStream stream;
    private final Pace pace;

    BlockingDriver(LiveStream stream, Pace pace) {
        this.stream = stream;
        this.pace = pace;
    }

    /** Drives to the end; says why it came. */
    EndCause drive(SseBuffer buffer) throws ConnectionWriter.ConnectionGone, InterruptedException {
        while (true) {
            switch (stream.step(buffer)) {
                case AGAIN -> {}
                case LOG -> stream.consult();
                case IDLE -> stream.session().ready().await(idleFor());
                case ENDED -> {
                    return stream.cause();
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private long idleFor() {
        long now = pace.now();
        var gathering = stream.gathering();
        long left = stream.lookAt() - now;
        return gathering == null ? left : Math.min(left, gathering.dueIn(now));
    }
}
