package io.tailrace.sdk.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.sdk.model.Event;
import io.tailrace.sdk.model.SnapshotRequiredFrame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The stream that the README of the Java SDK shows. */
// readme
abstract class JavaStream {

    private static final ObjectMapper JSON = io.tailrace.sdk.ApiClient.createDefaultObjectMapper();

    /** The position behind the last event that was applied; give it to the next stream. */
    @Nullable
    String lastId;

    abstract void event(Event event) throws IOException;

    abstract void snapshotRequired(SnapshotRequiredFrame frame) throws IOException;

    /** Returns when the stream ends: connect again, with a backoff, from {@code lastId}. */
    void read(HttpClient http, URI stream, String token) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(stream).header("Authorization", "Bearer " + token);
        if (lastId != null) request.header("Last-Event-ID", lastId);
        String name = "message", id = lastId, data = "";
        try (Stream<String> lines =
                http.send(request.build(), BodyHandlers.ofLines()).body()) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (line.startsWith("event: ")) name = line.substring(7);
                else if (line.startsWith("id: ")) id = line.substring(4);
                else if (line.startsWith("data: ")) data += line.substring(6);
                else if (line.isEmpty() && !data.isEmpty()) {
                    if (name.equals("message")) event(JSON.readValue(data, Event.class));
                    else if (name.equals("snapshot.required"))
                        snapshotRequired(JSON.readValue(data, SnapshotRequiredFrame.class));
                    lastId = id; // frames of other names, which may be new, are passed over
                    name = "message";
                    data = "";
                }
            }
        }
    }
}
// end
