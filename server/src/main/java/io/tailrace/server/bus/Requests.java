package io.tailrace.server.bus;

import io.tailrace.server.bus.RedisPublisher.Message;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Requests to single nodes and their answers, over Redis channels. A request is: version, number (8), length and name
 * of the channel that waits for the answer, body; an answer: version, number, body. Answers to what nobody waits for any
 * more are dropped.
 */
final class Requests implements AutoCloseable {

    /** Requests of this node that wait for an answer at most; past it they fail at once. */
    static final int MAX_WAITING = 1_024;

    /** Requests of other nodes that are handled at once; past it they are dropped, and time out there. */
    static final int MAX_HANDLED = 64;

    private static final System.Logger LOG = System.getLogger(Requests.class.getName());
    private static final byte VERSION = 1;

    private final Topics topics;
    private final RedisPublisher publisher;
    private final RedisSubscriber subscriber;
    private final String answers;
    private final Bus.Subscription listening;
    private final Semaphore handling = new Semaphore(MAX_HANDLED);
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentMap<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

    Requests(Topics topics, RedisPublisher publisher, RedisSubscriber subscriber) {
        this.topics = topics;
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.answers = topics.answers(UUID.randomUUID().toString());
        this.listening = subscriber.subscribe(answers, this::answered, BusStates.IGNORED);
    }

    private void answered(byte[] message) {
        try {
            var in = ByteBuffer.wrap(message);
            if (in.get() == VERSION) {
                var asker = waiting.remove(in.getLong());
                if (asker != null) {
                    asker.complete(rest(in));
                }
            }
        } catch (BufferUnderflowException cutOff) {
            LOG.log(System.Logger.Level.DEBUG, "an answer that is none", cutOff);
        }
    }

    Optional<byte[]> ask(String node, byte[] request, Duration timeout) {
        if (waiting.size() >= MAX_WAITING) {
            return Optional.empty();
        }
        long number = numbers.incrementAndGet();
        var answer = new CompletableFuture<byte[]>();
        waiting.put(number, answer);
        try {
            byte[] name = bytes(answers);
            var message = ByteBuffer.allocate(1 + Long.BYTES + Short.BYTES + name.length + request.length)
                    .put(VERSION)
                    .putLong(number)
                    .putShort((short) name.length)
                    .put(name)
                    .put(request);
            var listeners = publisher.publish(new Message(bytes(topics.node(node)), message.array()));
            if (listeners.orElse(0) == 0) {
                return Optional.empty();
            }
            return Optional.of(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            waiting.remove(number);
        }
    }

    Bus.Subscription serve(String node, Bus.Handler handler) {
        return subscriber.subscribe(topics.node(node), message -> asked(message, handler), BusStates.IGNORED);
    }

    private void asked(byte[] message, Bus.Handler handler) {
        if (!handling.tryAcquire()) {
            return;
        }
        Thread.ofVirtual().name("bus-request").start(() -> {
            try {
                Message answer = handled(ByteBuffer.wrap(message), handler);
                if (answer != null) {
                    publisher.publish(answer);
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a request of another node failed", e);
            } finally {
                handling.release();
            }
        });
    }

    private static @Nullable Message handled(ByteBuffer in, Bus.Handler handler) {
        if (in.get() != VERSION) {
            return null;
        }
        long number = in.getLong();
        var name = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(name);
        byte[] body = handler.answer(rest(in));
        var answer = ByteBuffer.allocate(1 + Long.BYTES + body.length)
                .put(VERSION)
                .putLong(number)
                .put(body);
        return new Message(name, answer.array());
    }

    private static byte[] rest(ByteBuffer in) {
        var rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        listening.close();
    }
}
