package io.tailrace.client;

import io.tailrace.client.queue.MemoryQueueStore;
import io.tailrace.client.queue.QueueStore;
import java.io.IOException;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A fake node, a client of it whose time a test moves, and what belongs to both. */
final class Rig implements AutoCloseable {

    static final String CHANNEL = "board:a";

    private static final int HEARTBEAT_STEPS = 200;

    final FakeNode node;
    final ManualLoop loop = new ManualLoop();
    final Tailrace tailrace;
    private int steps;

    Rig() throws IOException {
        this(new FakeNode(), new MemoryQueueStore(), builder -> {});
    }

    Rig(FakeNode node, QueueStore queue, Consumer<TailraceBuilder> more) {
        this.node = node;
        var builder =
                Tailrace.builder().url(node.url()).token("token").device("d").queue(queue);
        more.accept(builder);
        this.tailrace = builder.connect(new Client.Seams(loop, new Random(1)));
    }

    Following follow(Start start) {
        var following = new Following();
        tailrace.channel(CHANNEL).subscribe(following, start);
        return following;
    }

    ConnectionState.Name state() {
        return tailrace.connection().value().name();
    }

    /**
     * Waits, and lets time go by meanwhile: five times as fast as it does, and with heartbeats, so that a machine that is
     * busy elsewhere is not taken for a server that is mute.
     */
    void soon(ThrowingCallable assertions) {
        Eventually.eventually(
                () -> {
                    loop.advance(10);
                    if (++steps % HEARTBEAT_STEPS == 0) {
                        node.heartbeat();
                    }
                },
                assertions);
    }

    /** Waits, and lets no time go by. */
    void now(ThrowingCallable assertions) {
        Eventually.eventually(() -> loop.advance(0), assertions);
    }

    @Override
    public void close() throws IOException {
        tailrace.close();
        node.close();
    }
}
