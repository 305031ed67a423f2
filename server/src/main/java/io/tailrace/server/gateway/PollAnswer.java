package io.tailrace.server.gateway;

import io.tailrace.server.hub.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Frames as the JSON of a poll: {@code {"frames":[{"event"?,"id"?,"data"}],"id"}}. Used by one thread. */
final class PollAnswer implements FrameSink {

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream(1024);

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
        text(frames.size() == 0 ? "{" : ",{");
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

    /** The whole answer. @param id the position after all frames; its characters need no escape */
    byte[] toJson(String id) {
        var all = new ByteArrayOutputStream(frames.size() + 160);
        all.writeBytes("{\"frames\":[".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(frames.toByteArray());
        all.writeBytes(("],\"id\":\"" + id + "\"}").getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private void text(String ascii) {
        frames.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
