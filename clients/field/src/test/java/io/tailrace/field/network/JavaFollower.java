package io.tailrace.field.network;

import io.tailrace.client.ChannelListener;
import io.tailrace.client.Event;
import io.tailrace.client.Keyed;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The Java client, in this process. */
final class JavaFollower implements Follower, ChannelListener {

    /** What the channel's events carry. */
    private record Number(int n) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> states = new CopyOnWriteArrayList<>();
    private final Tailrace tailrace;
    private final Keyed<Number> items;

    JavaFollower(Line line, String channel, String token) {
        tailrace = Tailrace.builder().url(line.origin().toString()).token(token).connect();
        tailrace.connection().listen(state -> states.add(state.toString()));
        tailrace.channel(channel).subscribe(this, Start.beginning());
        items = tailrace.channel(channel).keyed(Number.class);
    }

    @Override
    public void onEvent(Event event) {
        received.add(new Received(event.seq(), System.currentTimeMillis()));
    }

    @Override
    public List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public String items() {
        return items.value().items().entrySet().stream()
                .map(item -> item.getKey() + "=" + item.getValue().value().n)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Override
    public String said() {
        return states.toString();
    }

    @Override
    public void close() {
        tailrace.close();
    }
}
