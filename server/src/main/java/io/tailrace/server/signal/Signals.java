package io.tailrace.server.signal;

import io.tailrace.server.bus.EphemeralBus;
import io.tailrace.server.bus.EphemeralBus.Topic;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.EventDraft;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.SignalDraft;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Puts notices on the bus. Any thread; never blocks. */
public final class Signals implements AutoCloseable {

    /** The signal that ends by itself. */
    static final String TYPING = "typing";

    private static final String SIGNAL = "signal";

    private final EphemeralBus bus;
    private final InstantSource clock;
    private final SignalMeters meters;
    private final Merger merger;

    public Signals(EphemeralBus bus, InstantSource clock, SignalMeters meters) {
        this.bus = bus;
        this.clock = clock;
        this.meters = meters;
        this.merger = new Merger(this::tell, meters);
    }

    /** Who signals. @param device null: not known */
    public record Author(String user, @Nullable String device) {}

    /** The data of a {@code signal} frame. */
    record Told(
            String channel,
            @Nullable String kind,
            @Nullable String type,
            @Nullable String key,
            @Nullable String ref,
            @Nullable String resource,
            @Nullable Json data,
            String by,
            @Nullable String via,
            @Nullable String device,
            Instant at) {}

    /** Signals; of signals of one author, kind and resource that follow each other closely the latest goes out. */
    void signal(ChannelId channel, Author author, SignalDraft draft) {
        meters.taken();
        boolean typing = draft.kind().equals(TYPING);
        boolean ends = typing && draft.data() != null && draft.data().text().equals("false");
        merger.tell(
                channel,
                new Notice(
                        typing ? Priority.TYPING : Priority.OTHER,
                        key(SIGNAL, draft.kind(), author.user(), author.device(), draft.resource()),
                        0,
                        SIGNAL,
                        json(channel, author, draft, draft.data()),
                        typing && !ends ? json(channel, author, draft, new Json("false")) : null));
    }

    private byte[] json(ChannelId channel, Author author, SignalDraft draft, @Nullable Json data) {
        return JsonCodec.writeBytes(new Told(
                channel.name().value(),
                draft.kind(),
                null,
                null,
                null,
                draft.resource(),
                data,
                author.user(),
                null,
                author.device(),
                clock.instant()));
    }

    /**
     * Passes on an event of an ephemeral channel; a later one of the same key replaces it where readers are slow.
     *
     * @param by whose name it carries
     * @param via who wrote it in that name; null: {@code by} itself
     * @return false when too much is waiting
     */
    public boolean event(ChannelId channel, String by, @Nullable String via, EventDraft draft) {
        meters.taken();
        var told = new Told(
                channel.name().value(),
                null,
                draft.type(),
                draft.key(),
                draft.ref(),
                null,
                draft.data(),
                by,
                via,
                null,
                clock.instant());
        var key = draft.key() == null ? null : key("event", draft.key());
        return tell(channel, Notice.of(Priority.OTHER, key, 0, SIGNAL, JsonCodec.writeBytes(told)));
    }

    /** Tells that a user has read up to an event. */
    void receipt(ChannelId channel, String user, long seq, Instant at) {
        byte[] json = JsonCodec.writeBytes(new ReceiptTold(channel.name().value(), user, seq, at));
        tell(channel, Notice.of(Priority.RECEIPT, key("receipt", user), seq, "receipt", json));
    }

    /** The data of a {@code receipt} frame. */
    record ReceiptTold(String channel, String user, long seq, Instant at) {}

    /** Tells that the member list is another one. */
    public void membersChanged(ChannelId channel) {
        bus.offer(channel, Topic.NEWS, Notices.membersChanged());
    }

    private boolean tell(ChannelId channel, Notice notice) {
        boolean taken = bus.offer(channel, Topic.NEWS, Notices.encode(notice));
        if (!taken) {
            meters.lost();
        }
        return taken;
    }

    /** No part has a control character, so that no two lists of parts are one key. */
    private static String key(@Nullable String... parts) {
        var key = new StringBuilder();
        for (String part : parts) {
            key.append(part == null ? "\u0001" : part).append('\u0000');
        }
        return key.toString();
    }

    @Override
    public void close() {
        merger.close();
    }
}
