package io.tailrace.client;

import org.jspecify.annotations.Nullable;

/** The token that the stream was opened with, or was given since. Used on the loop. */
final class StreamToken implements Http.Then {

    private final TailParts parts;
    private @Nullable String inUse;

    StreamToken(TailParts parts) {
        this.parts = parts;
    }

    void is(String token) {
        inUse = token;
    }

    /** It is good no longer. */
    void spent() {
        parts.tokens().spent(inUse);
    }

    /** Gives a live stream another one. Where that fails the server ends the stream, and it is opened with another one. */
    void renew(String stream) {
        spent();
        parts.http().send(ApiRequest.send("PUT", null, "streams", stream, "token"), this);
    }

    @Override
    public void answered(int status, String body) {
        parts.tokens().get((fresh, fault) -> inUse = fresh == null ? inUse : fresh);
    }

    @Override
    public void refused(Problem problem) {}

    @Override
    public void unreachable(Exception why) {}
}
