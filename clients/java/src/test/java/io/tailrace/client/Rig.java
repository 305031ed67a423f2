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

    final FakeNode node;
    final ManualLoop loop = new ManualLoop();
    final Tailrace tailrace;

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

    /** Waits, and lets time go by meanwhile. */
    void soon(ThrowingCallable assertions) {
        Eventually.eventually(() -> loop.advance(20), assertions);
    }

    /** Waits, and lets no time go by. */
    void now(ThrowingCallable assertions) {
        Eventually.eventually(loop::idle, assertions);
    }

    @Override
    public void close() throws IOException {
        tailrace.close();
        node.close();
    }
}
