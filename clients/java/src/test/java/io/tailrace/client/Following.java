package io.tailrace.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a channel tells. */
class Following implements ChannelListener {

    final List<Event> events = new CopyOnWriteArrayList<>();
    final List<Snapshot> snapshots = new CopyOnWriteArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();

    List<Long> seqs() {
        return events.stream().map(Event::seq).toList();
    }

    List<String> data() {
        return events.stream().map(event -> event.data().text()).toList();
    }

    @Override
    public void onEvent(Event event) {
        events.add(event);
        told.add("event " + event.seq());
    }

    @Override
    public void onSnapshot(Snapshot snapshot) {
        snapshots.add(snapshot);
        told.add("snapshot " + snapshot.seq());
    }

    @Override
    public void onLive(long seq) {
        told.add("live " + seq);
    }

    @Override
    public void onPresence(PresenceChange change) {
        told.add("presence " + change.count());
    }

    @Override
    public void onSignal(Signal signal) {
        told.add("signal " + signal.kind());
    }

    @Override
    public void onReadMark(ReadMark mark) {
        told.add("read " + mark.user() + " " + mark.seq());
    }

    @Override
    public void onRevoked(long seq) {
        told.add("revoked " + seq);
    }

    @Override
    public void onRefused(Problem problem) {
        told.add("refused " + problem.status() + " " + problem.name());
    }
}
