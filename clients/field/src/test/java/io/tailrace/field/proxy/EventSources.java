package io.tailrace.field.proxy;

import com.microsoft.playwright.Page;
import io.tailrace.field.proxy.Arrivals.Arrival;
import io.tailrace.testkit.browser.Chromium;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Plain {@code EventSource}s of a real browser, a page for each place, served by the proxy there. Used by one thread.
 */
final class EventSources implements AutoCloseable {

    private static final String LISTEN = """
            (url) => {
              window.seen = [];
              window.opens = 0;
              window.asked = Date.now();
              window.source = new EventSource(url);
              window.source.onopen = () => window.opens++;
              window.source.onmessage = (event) => window.seen.push([JSON.parse(event.data).seq, Date.now()]);
            }""";

    private static final int CLOSED = 2;

    private final Chromium chromium;
    private final Map<Place, Page> pages = new LinkedHashMap<>();

    EventSources(Chromium chromium) {
        this.chromium = chromium;
    }

    /** Opens a page at a place, and in it a stream of the channel from its beginning. */
    void open(Place place, int port, String channel, String ticket) {
        var page = chromium.browser().newPage();
        pages.put(place, page);
        page.navigate("http://127.0.0.1:" + port + "/health/live");
        page.evaluate(LISTEN, "/v1/stream?channel=" + channel + "@0&ticket=" + ticket);
    }

    Arrivals arrivals(Place place) {
        var seen = (List<?>) page(place).evaluate("() => window.seen");
        return new Arrivals(seen.stream()
                .map(pair -> (List<?>) pair)
                .map(EventSources::arrival)
                .toList());
    }

    private static Arrival arrival(List<?> pair) {
        return new Arrival(((Number) pair.getFirst()).longValue(), ((Number) pair.getLast()).longValue());
    }

    /** When it was opened, milliseconds since 1970. */
    long asked(Place place) {
        return ((Number) page(place).evaluate("() => window.asked")).longValue();
    }

    /** How many times it was answered with a stream. */
    int opens(Place place) {
        return ((Number) page(place).evaluate("() => window.opens")).intValue();
    }

    /** Whether the browser has given up, for good. */
    boolean closed(Place place) {
        return ((Number) page(place).evaluate("() => window.source.readyState")).intValue() == CLOSED;
    }

    private Page page(Place place) {
        return Objects.requireNonNull(pages.get(place));
    }

    @Override
    public void close() {
        pages.values().forEach(Page::close);
    }
}
