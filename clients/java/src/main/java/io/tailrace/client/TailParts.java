package io.tailrace.client;

import io.tailrace.client.json.DataAdapter;
import java.util.Random;

/** What the connection is made of. */
record TailParts(
        Loop loop,
        Random random,
        Http http,
        Tokens tokens,
        Roster roster,
        Place place,
        StreamRequests requests,
        Pages pages,
        Streams streams,
        Standing standing,
        DataAdapter adapter) {

    /** Opens connections of streams. */
    interface Streams {

        /** Begins one. */
        StreamCall open(ApiRequest request, String token, StreamCall.Sink sink);

        /** Runs a task on the loop when listeners have been told all that came before. */
        void told(Runnable then);
    }
}
