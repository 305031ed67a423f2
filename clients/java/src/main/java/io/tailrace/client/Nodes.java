package io.tailrace.client;

import java.util.List;
import okhttp3.HttpUrl;

/** The addresses that serve, all alike; the next one is tried when one fails. Used on the loop. */
final class Nodes {

    /** How many addresses a client may be given. */
    static final int MAX = 32;

    private final List<HttpUrl> urls;
    private int current;

    /** @param first where to begin, so that clients spread */
    Nodes(List<HttpUrl> urls, int first) {
        this.urls = urls;
        this.current = first % urls.size();
    }

    HttpUrl current() {
        return urls.get(current);
    }

    /** Another one, when it is still this one that is in use. */
    void failed(HttpUrl url) {
        if (url.equals(current())) {
            current = (current + 1) % urls.size();
        }
    }
}
