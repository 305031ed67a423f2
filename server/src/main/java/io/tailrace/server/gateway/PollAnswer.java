package io.tailrace.server.gateway;

import io.tailrace.server.hub.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Frames as the JSON of a poll: {@code {"frames":[{"event"?,"id"?,"data"}],"id","channels"?,"moment"}}. Used by one thread.
 */
final class PollAnswer implements FrameSink {

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream(1024);
    private int count;

    @Override
    public void frame(String event, @Nullable String id, byte[] json) {
        add(event, id, json);
    }

    @Override
    public void event(Frame frame, @Nullable String id) {
        add(null, id, frame.json());
    }

    @Override
    public void event(Frame frame) {
        add(null, frame.id(), frame.json());
    }

    private void add(@Nullable String event, @Nullable String id, byte[] json) {
        text(count == 0 ? "{" : ",{");
        count++;
        if (event != null) {
            text("\"event\":\"" + event + "\",");
        }
        if (id != null) {
            text("\"id\":\"" + id + "\",");
        }
        text("\"data\":");
        frames.writeBytes(json);
        frames.write('}');
    }

    @Override
    public int size() {
        return frames.size();
    }

    /** Frames taken so far. */
    int frames() {
        return count;
    }

    /**
     * The whole answer.
     *
     * @param id the position after all frames; its characters need no escape
     * @param channels where the channels stand, as JSON; null: the client knows
     * @param moment what the client knows of the moment; its characters need no escape either
     */
    byte[] toJson(String id, byte @Nullable [] channels, String moment) {
        var all = new ByteArrayOutputStream(frames.size() + 256);
        ascii(all, "{\"frames\":[");
        all.writeBytes(frames.toByteArray());
        ascii(all, "],\"id\":\"" + id + "\",");
        if (channels != null) {
            ascii(all, "\"channels\":");
            all.writeBytes(channels);
            ascii(all, ",");
        }
        ascii(all, "\"moment\":\"" + moment + "\"}");
        return all.toByteArray();
    }

    private void text(String ascii) {
        ascii(frames, ascii);
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
