package io.tailrace.server.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Eventually;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener that remembers. */
final class Recorder implements Bus.Listener {

    private final List<Announcement> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger confirmations = new AtomicInteger();
    private final AtomicInteger interruptions = new AtomicInteger();

    @Override
    public void announced(Announcement announcement) {
        heard.add(announcement);
    }

    @Override
    public void confirmed() {
        confirmations.incrementAndGet();
    }

    @Override
    public void interrupted() {
        interruptions.incrementAndGet();
    }

    List<Announcement> heard() {
        return heard;
    }

    List<Long> seqs() {
        return heard.stream().map(Announcement::seq).toList();
    }

    int confirmations() {
        return confirmations.get();
    }

    int interruptions() {
        return interruptions.get();
    }

    /** Waits for the first confirmation. */
    Recorder awaitConfirmed() {
        Eventually.eventually(() -> assertThat(confirmations()).isPositive());
        return this;
    }
}
