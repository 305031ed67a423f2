package io.tailrace.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the live stream follow the list as it is, by {@code PATCH}, one change at a time. Used on the loop. */
final class Amendments {

    /** What is changed within this time goes out together, in milliseconds. */
    private static final long GATHER = 5;

    private final TailParts parts;
    private final Tail tail;
    private final TreeSet<String> followed = new TreeSet<>();
    private boolean gathering;
    private @Nullable String under;

    Amendments(TailParts parts, Tail tail) {
        this.parts = parts;
        this.tail = tail;
    }

    /** A stream begins with these channels. */
    void follows(Collection<String> channels) {
        followed.clear();
        followed.addAll(channels);
        under = null;
        if (!followed.equals(parts.roster().names())) {
            due();
        }
    }

    /** The stream has dropped a channel by itself. */
    void lost(String channel) {
        followed.remove(channel);
        parts.place().changed(-1);
    }

    /** The list is another one than the stream's. */
    void due() {
        if (!gathering) {
            gathering = true;
            parts.loop().after(GATHER, () -> {
                gathering = false;
                send();
            });
        }
    }

    private void send() {
        var stream = tail.stream();
        if (stream == null || stream.equals(under)) {
            return;
        }
        var add = new TreeSet<>(parts.roster().names());
        add.removeAll(followed);
        var remove = new TreeSet<>(followed);
        remove.removeAll(parts.roster().names());
        if (add.isEmpty() && remove.isEmpty()) {
            parts.place().changed(parts.roster().version());
            return;
        }
        under = stream;
        var change = new JsonObject();
        change.add("add", array(add, true));
        change.add("remove", array(remove, false));
        long version = parts.roster().version();
        parts.http().send(ApiRequest.send("PATCH", change.toString(), "streams", stream), new Http.Then() {
            @Override
            public void answered(int status, String body) {
                if (stream.equals(tail.stream())) {
                    under = null;
                    followed.addAll(add);
                    followed.removeAll(remove);
                    parts.place().changed(version);
                    placed(body, add);
                    due();
                }
            }

            @Override
            public void refused(Problem problem) {
                if (stream.equals(tail.stream())) {
                    under = null;
                    tail.amendmentRefused(problem);
                    due();
                }
            }

            @Override
            public void unreachable(Exception why) {
                if (stream.equals(tail.stream())) {
                    under = null;
                    tail.amendmentRefused(Problem.of(503, String.valueOf(why)));
                }
            }
        });
    }

    private void placed(String body, Collection<String> added) {
        try {
            for (var channel : Frames.opened(Json.object(body)).channels()) {
                if (added.contains(channel.channel())) {
                    tail.placed(channel);
                }
            }
        } catch (MalformedException e) {
            tail.amendmentRefused(Problem.of(503, String.valueOf(e)));
        }
    }

    private JsonArray array(Collection<String> channels, boolean placed) {
        var array = new JsonArray();
        for (var channel : channels) {
            var wire = parts.roster().wire(channel);
            array.add(placed && wire != null ? wire.asked() : channel);
        }
        return array;
    }
}
