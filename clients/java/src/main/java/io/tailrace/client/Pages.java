package io.tailrace.client;

import com.google.gson.JsonObject;
import io.tailrace.client.json.DataAdapter;
import java.util.List;

/** What plain HTTP tells of a channel: pages of its history, its state, its head. Used on the loop. */
final class Pages {

    /** Events of a page at most. */
    static final int LIMIT = 500;

    private final Http http;
    private final DataAdapter adapter;

    /** @param head the channel's last event. @param epoch of the log */
    record Page(List<Event> events, long head, int epoch) {}

    /** What becomes of a question; one of the methods is called, on the loop. */
    interface Then<T> {

        /** It was answered. */
        void got(T answer);

        /** It was refused. */
        void refused(Problem problem);

        /** Nobody answered, or nobody who knows. */
        void unreachable(Exception why);
    }

    Pages(Http http, DataAdapter adapter) {
        this.http = http;
        this.adapter = adapter;
    }

    /** The events after one. @param epoch that {@code after} belongs to; 0: not known */
    void after(String channel, int epoch, long after, int limit, Then<Page> then) {
        var request = ApiRequest.get("channels", channel, "events")
                .with("after", Long.toString(after))
                .with("limit", Integer.toString(limit));
        http.send(
                epoch == 0 ? request : request.with("epoch", Integer.toString(epoch)), new Reading<>(then, this::page));
    }

    /** The last events before one, ascending. */
    void before(String channel, long before, int limit, Then<Page> then) {
        var request = ApiRequest.get("channels", channel, "events")
                .with("before", Long.toString(before))
                .with("limit", Integer.toString(limit));
        http.send(request, new Reading<>(then, this::page));
    }

    /** Where the channel ends; the page's events are no matter. */
    void head(String channel, Then<Page> then) {
        http.send(ApiRequest.get("channels", channel, "events").with("limit", "1"), new Reading<>(then, this::page));
    }

    /** The last events. A page before the head is only given when that is named, so it asks for the head first. */
    void last(String channel, int limit, Then<Page> then) {
        head(channel, new Then<>() {
            @Override
            public void got(Page page) {
                before(channel, page.head() + 1, limit, then);
            }

            @Override
            public void refused(Problem problem) {
                then.refused(problem);
            }

            @Override
            public void unreachable(Exception why) {
                then.unreachable(why);
            }
        });
    }

    /** The state, not older than an event. */
    void snapshot(String channel, long min, Then<Snapshot> then) {
        var request = ApiRequest.get("channels", channel, "snapshot");
        http.send(min > 0 ? request.with("min", Long.toString(min)) : request, new Reading<>(then, this::snapshot));
    }

    private Page page(JsonObject object) throws MalformedException {
        return new Page(
                events(object, "events"),
                Json.number(object, "head", 0),
                Positions.epoch(Json.text(object, "position")));
    }

    private Snapshot snapshot(JsonObject object) throws MalformedException {
        return new Snapshot(
                Json.text(object, "channel"),
                Json.number(object, "seq", 0),
                Json.text(object, "position"),
                events(object, "items"));
    }

    private List<Event> events(JsonObject object, String name) throws MalformedException {
        var fault = new MalformedException[1];
        var events = Json.list(object, name, one -> {
            try {
                return Event.of(one, adapter);
            } catch (MalformedException e) {
                fault[0] = e;
                return null;
            }
        });
        if (fault[0] != null) {
            throw fault[0]; // an event must not be passed over
        }
        return events;
    }

    private interface Reader<T> {
        T read(JsonObject object) throws MalformedException;
    }

    private static final class Reading<T> implements Http.Then {

        private final Then<T> then;
        private final Reader<T> reader;

        Reading(Then<T> then, Reader<T> reader) {
            this.then = then;
            this.reader = reader;
        }

        @Override
        public void answered(int status, String body) {
            T answer;
            try {
                answer = reader.read(Json.object(body));
            } catch (MalformedException notOurs) {
                then.unreachable(notOurs);
                return;
            }
            then.got(answer);
        }

        @Override
        public void refused(Problem problem) {
            then.refused(problem);
        }

        @Override
        public void unreachable(Exception why) {
            then.unreachable(why);
        }
    }
}
