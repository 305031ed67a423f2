package io.tailrace.server.bus;

import io.tailrace.server.bus.RedisPublisher.Message;
import io.tailrace.wire.ChannelId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/**
 * The ephemeral bus over Redis pub/sub.
 *
 * <p>Protocol: {@code outgoing} holds what is to be published, {@value #MAX_OUTGOING} messages at most; one thread takes
 * all that has gathered and publishes it, so that a burst is one round trip and nobody else waits for Redis. While Redis
 * is away the publisher's breaker lets it drop at once what it takes.
 */
public final class RedisEphemeralBus implements EphemeralBus {

    /** Messages that wait to be published at most. */
    static final int MAX_OUTGOING = 16_384;

    private static final int MAX_AT_ONCE = 256;

    private final Topics topics;
    private final BusMeters meters;
    private final RedisPublisher publisher;
    private final RedisSubscriber subscriber;
    private final BlockingQueue<Message> outgoing = new LinkedBlockingQueue<>(MAX_OUTGOING);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("ephemeral-publisher").unstarted(this::publish);
    private volatile boolean open = true;

    private RedisEphemeralBus(BusOptions options, BusMeters meters) {
        this.topics = new Topics(options.scope());
        this.meters = meters;
        this.publisher = new RedisPublisher(options);
        this.subscriber = new RedisSubscriber(options, RandomGenerator.getDefault(), this::heard);
    }

    /** Opens a bus; it connects in the background, and as often as it takes. */
    public static RedisEphemeralBus open(BusOptions options, BusMeters meters) {
        var bus = new RedisEphemeralBus(options, meters);
        bus.subscriber.start();
        bus.thread.start();
        return bus;
    }

    private void heard(boolean up) {
        meters.up(up);
        if (up) {
            publisher.encourage();
        }
    }

    private void publish() {
        var batch = new ArrayList<Message>();
        while (open) {
            try {
                batch.add(outgoing.take());
            } catch (InterruptedException e) {
                return; // closed
            }
            outgoing.drainTo(batch, MAX_AT_ONCE - 1);
            if (publisher.publish(batch)) {
                meters.published(batch.size());
            } else {
                meters.dropped(batch.size());
            }
            batch.clear();
        }
    }

    @Override
    public boolean offer(ChannelId channel, Topic topic, byte[] message) {
        byte[] name = topics.ephemeral(channel, topic).getBytes(StandardCharsets.UTF_8);
        boolean taken = open && outgoing.offer(new Message(name, message));
        if (!taken) {
            meters.dropped(1);
        }
        return taken;
    }

    @Override
    public Bus.Subscription subscribe(ChannelId channel, Topic topic, Listener listener) {
        return subscriber.subscribe(
                topics.ephemeral(channel, topic),
                message -> {
                    meters.received();
                    listener.message(message);
                },
                listener);
    }

    @Override
    public boolean up() {
        return subscriber.alive();
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
        subscriber.close();
        publisher.close();
    }
}
