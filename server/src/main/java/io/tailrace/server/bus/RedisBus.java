package io.tailrace.server.bus;

import io.tailrace.server.bus.RedisPublisher.Message;
import io.tailrace.wire.ChannelId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The bus over Redis pub/sub: what is published goes out on a few connections behind a breaker ({@link RedisPublisher}),
 * what is heard comes in on one that is watched ({@link RedisSubscriber}). Redis keeps nothing of it, so a flush changes
 * nothing and a restart costs what was under way.
 */
public final class RedisBus implements Bus {

    private final Topics topics;
    private final BusMeters meters;
    private final RedisPublisher publisher;
    private final RedisSubscriber subscriber;
    private final Requests requests;

    private RedisBus(BusOptions options, BusMeters meters) {
        this.topics = new Topics(options.scope());
        this.meters = meters;
        this.publisher = new RedisPublisher(options);
        this.subscriber = new RedisSubscriber(options, RandomGenerator.getDefault(), this::heard);
        this.requests = new Requests(topics, publisher, subscriber);
    }

    /** Opens a bus; it connects in the background, and as often as it takes. */
    public static RedisBus open(BusOptions options, BusMeters meters) {
        var bus = new RedisBus(options, meters);
        bus.subscriber.start();
        return bus;
    }

    private void heard(boolean up) {
        meters.up(up);
        if (up) {
            publisher.encourage();
        }
    }

    @Override
    public boolean publish(Collection<? extends Announcement> announcements) {
        var messages = announcements.stream().map(this::message).toList();
        boolean taken = publisher.publish(messages);
        if (taken) {
            meters.published(messages.size());
        } else {
            meters.dropped(messages.size());
        }
        return taken;
    }

    private Message message(Announcement announcement) {
        byte[] topic = topics.events(announcement.channel()).getBytes(StandardCharsets.UTF_8);
        return new Message(topic, Messages.encode(announcement));
    }

    @Override
    public Subscription subscribe(ChannelId channel, Listener listener) {
        return subscriber.subscribe(
                topics.events(channel),
                message -> {
                    meters.received();
                    Messages.decode(channel, message).ifPresent(listener::announced);
                },
                listener);
    }

    @Override
    public void broadcast(byte[] message) {
        var name = topics.everyone().getBytes(StandardCharsets.UTF_8);
        if (publisher.publish(List.of(new Message(name, message)))) {
            meters.published(1);
        } else {
            meters.dropped(1);
        }
    }

    @Override
    public Subscription hear(Consumer<byte[]> listener) {
        return subscriber.subscribe(
                topics.everyone(),
                message -> {
                    meters.received();
                    listener.accept(message);
                },
                BusStates.IGNORED);
    }

    @Override
    public boolean up() {
        return subscriber.alive();
    }

    @Override
    public Subscription serve(String node, Handler handler) {
        return requests.serve(node, handler);
    }

    @Override
    public Optional<byte[]> ask(String node, byte[] request, Duration timeout) {
        return requests.ask(node, request, timeout);
    }

    @Override
    public void close() {
        requests.close();
        subscriber.close();
        publisher.close();
    }
}
