package io.tailrace.field.proxy;

import io.tailrace.client.ChannelListener;
import io.tailrace.client.ConnectionState;
import io.tailrace.client.Event;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import io.tailrace.field.proxy.Arrivals.Arrival;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The one in Java, in this process. */
final class JavaLibrary implements Library {

    private final Map<Place, Client> clients = new LinkedHashMap<>();

    private JavaLibrary() {}

    static JavaLibrary start(List<Post> posts, String token) {
        var library = new JavaLibrary();
        posts.forEach(post -> library.clients.put(post.place(), new Client(post, token)));
        return library;
    }

    private static final class Client implements ChannelListener {

        private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
        private final List<ConnectionState> states = new CopyOnWriteArrayList<>();
        private final long asked = System.currentTimeMillis();
        private final Tailrace tailrace;

        Client(Post post, String token) {
            tailrace = Tailrace.builder().url(post.origin()).token(token).connect();
            tailrace.connection().listen(states::add);
            tailrace.channel(post.channel()).subscribe(this, Start.beginning());
        }

        @Override
        public void onEvent(Event event) {
            arrivals.add(new Arrival(event.seq(), System.currentTimeMillis()));
        }
    }

    private Client client(Place place) {
        return Objects.requireNonNull(clients.get(place));
    }

    @Override
    public String title() {
        return "Java";
    }

    @Override
    public Arrivals arrivals(Place place) {
        return new Arrivals(client(place).arrivals);
    }

    @Override
    public long asked(Place place) {
        return client(place).asked;
    }

    @Override
    public boolean streams(Place place) {
        return client(place).states.stream()
                .map(ConnectionState::name)
                .filter(name -> name == ConnectionState.Name.LIVE || name == ConnectionState.Name.POLLING)
                .reduce((before, name) -> name)
                .filter(name -> name == ConnectionState.Name.LIVE)
                .isPresent();
    }

    @Override
    public String said(Place place) {
        return client(place).states.toString();
    }

    @Override
    public void close() {
        clients.values().forEach(client -> client.tailrace.close());
    }
}
