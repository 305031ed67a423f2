package io.tailrace.client;

import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: sees to it that its listener is told each event once, in order, without gaps, whatever the wire
 * brings. An event that is known is dropped; one that is too far ahead is held back while history tells what lies
 * between; when history cannot, the state is read anew. All on the loop, but for what {@link Subscription} offers and
 * {@code told}, which the listener's thread writes.
 */
final class Reader implements Subscription {

    /** Events held back at most; past it they are dropped, and read from history. */
    static final int MAX_HELD = 1_000;

    private enum State {
        /** Where it begins is not known yet. */
        WAITING,
        LIVE,
        /** History tells what is missing up to {@code target}. */
        FILLING,
        /** The state is being read. */
        LOADING,
        ENDED
    }

    private record Told(long seq, @Nullable String position) {}

    private final Wire wire;
    private final ChannelListener listener;
    private final Executor teller;
    private final Reading reading;
    private final TreeMap<Long, Event> held = new TreeMap<>();
    private State state = State.WAITING;
    private long seq = -1;
    private int epoch;
    private long target;
    private long minimum;
    private int round;
    private final Backoff backoff;
    private boolean liveTold;
    private Loop.Timer retry = () -> {};
    private volatile Told told = new Told(-1, null);
    private volatile boolean closed;

    /** What a reader needs of the client. */
    record Reading(Loop loop, Retries retries, Pages pages, java.util.Random random, Roster roster) {}

    Reader(Wire wire, ChannelListener listener, Executor teller, Reading reading) {
        this.wire = wire;
        this.listener = listener;
        this.teller = teller;
        this.reading = reading;
        this.backoff = new Backoff(reading.random());
    }

    // Where it begins.

    void begin(Start start) {
        boolean joins = wire.seq >= 0;
        if (start instanceof Start.After after) {
            epoch = after.epoch();
            stand(after.seq());
            if (joins) {
                fill(Math.max(wire.seq, seq)); // asks also when nothing is missing: it may be another log's seq
            } else {
                live();
            }
        } else if (start instanceof Start.State) {
            load(0);
        } else if (wire.live) {
            epoch = wire.epoch;
            stand(wire.seq);
            live();
        } else if (wire.readers.size() > 1) {
            locate();
        }
    }

    /** Finds out where "now" is, since the connection brings what another reader has missed. */
    private void locate() {
        state = State.FILLING;
        reading.pages().head(wire.channel, whileAsking(this::located, this::unlocated, this::locate));
    }

    private void located(Pages.Page page) {
        epoch = page.epoch();
        stand(page.head());
        release();
    }

    private void unlocated(Problem problem) {
        if (problem.status() == 409) {
            stand(0);
            release();
        } else {
            wait(problem, this::locate);
        }
    }

    /** Where it stands, as the wire should start for it; null: from now. */
    @Nullable
    String start() {
        return seq < 0 ? null : Positions.of(epoch, seq);
    }

    // What the wire brings.

    /** A connection was made, or the channel added to it, and brings what comes after {@code start}. */
    void placed(long start, int wireEpoch) {
        liveTold = false;
        if (state == State.WAITING) {
            epoch = wireEpoch;
            stand(start);
            live();
        } else if (state == State.LIVE && seq > 0 && wireEpoch != 0 && epoch != 0 && wireEpoch != epoch) {
            load(0);
        } else if (state == State.LIVE && start > seq) {
            fill(start);
        } else if (state == State.FILLING) {
            target = Math.max(target, start);
        } else {
            live();
        }
    }

    void event(Event event) {
        switch (state) {
            case WAITING -> {
                stand(event.seq() - 1);
                state = State.LIVE;
                tell(event);
            }
            case LIVE -> {
                if (event.seq() == seq + 1) {
                    tell(event);
                } else if (event.seq() > seq) {
                    hold(event);
                    fill(event.seq() - 1);
                }
            }
            case FILLING, LOADING -> hold(event);
            case ENDED -> {}
        }
    }

    /** The log does not go on from here. */
    void snapshotRequired(long head) {
        if (state == State.ENDED) {
            return;
        }
        if (state == State.WAITING) {
            stand(head);
            live();
            return;
        }
        load(head);
    }

    /** Nothing is under way on the wire any more. */
    void live() {
        if (state == State.WAITING) {
            state = State.LIVE;
        }
        if (state == State.LIVE && wire.live && !liveTold) {
            liveTold = true;
            long now = seq;
            tell(() -> listener.onLive(now));
        }
    }

    boolean catchingUp() {
        return state == State.FILLING || state == State.LOADING;
    }

    void revoked(long at) {
        finish(() -> listener.onRevoked(at));
    }

    void refused(Problem problem) {
        finish(() -> listener.onRefused(problem));
    }

    /** Tells something of the moment. */
    void tell(Runnable something) {
        teller.execute(() -> {
            if (!closed) {
                something.run();
            }
        });
    }

    ChannelListener listener() {
        return listener;
    }

    // What is missing.

    private void behindWire() {
        if (wire.seq > seq) {
            fill(wire.seq);
        }
    }

    private void hold(Event event) {
        if (event.seq() <= seq && state != State.LOADING) {
            return;
        }
        if (held.size() >= MAX_HELD) {
            target = Math.max(target, held.lastKey());
            held.clear();
        }
        held.put(event.seq(), event);
    }

    private void fill(long to) {
        state = State.FILLING;
        target = Math.max(target, to);
        reading.roster().changed();
        fetch();
    }

    private void fetch() {
        reading.pages()
                .after(wire.channel, epoch, seq, Pages.LIMIT, whileAsking(this::filled, this::unfilled, this::fetch));
    }

    private void filled(Pages.Page page) {
        if (epoch != 0 && page.epoch() != epoch) {
            load(0);
            return;
        }
        epoch = page.epoch();
        long before = seq;
        for (var event : page.events()) {
            if (event.seq() > seq + 1) {
                load(0); // it is no longer there
                return;
            }
            if (event.seq() == seq + 1) {
                tell(event);
                reading.roster().seen(event);
            }
        }
        if (seq == before && seq < target) {
            if (page.head() >= target) {
                load(0);
            } else {
                again(-1, this::fetch); // the node that answered is behind
            }
            return;
        }
        backoff.reset();
        int mine = round;
        teller.execute(() -> reading.loop().run(() -> {
            if (mine == round && state == State.FILLING) {
                proceed();
            }
        }));
    }

    private void proceed() {
        if (seq < target) {
            fetch();
            return;
        }
        release();
    }

    /** Tells what was held back, as far as it goes on from here. */
    private void release() {
        state = State.LIVE;
        target = 0;
        while (!held.isEmpty()) {
            var first = held.firstEntry().getValue();
            if (first.seq() > seq + 1) {
                fill(first.seq() - 1);
                return;
            }
            held.pollFirstEntry();
            if (first.seq() == seq + 1) {
                tell(first);
            }
        }
        live();
        reading.roster().changed();
    }

    private void unfilled(Problem problem) {
        switch (problem.status()) {
            case 410 -> load(0);
            case 409 -> release(); // ephemeral: there is nothing that could be missing
            default -> wait(problem, this::fetch);
        }
    }

    // The state.

    private void load(long min) {
        state = State.LOADING;
        minimum = min;
        target = 0;
        held.headMap(min, true).clear();
        reading.roster().changed();
        request();
    }

    private void request() {
        reading.pages().snapshot(wire.channel, minimum, whileAsking(this::loaded, this::unloaded, this::request));
    }

    private void unloaded(Problem problem) {
        if (problem.status() == 409) {
            stand(Math.max(0, wire.seq));
            release();
        } else {
            wait(problem, this::request);
        }
    }

    private void loaded(Snapshot snapshot) {
        backoff.reset();
        int of = Positions.epoch(snapshot.position());
        epoch = of;
        seq = snapshot.seq();
        snapshot.items().forEach(reading.roster()::seen);
        tell(() -> {
            told = new Told(snapshot.seq(), Positions.of(of, snapshot.seq()));
            listener.onSnapshot(snapshot);
        });
        wire.started(seq, epoch);
        release();
        if (state == State.LIVE) {
            behindWire();
        }
    }

    // Both.

    /** What to do with the answer, unless something else was asked since. */
    private <T> Pages.Then<T> whileAsking(Consumer<T> got, Consumer<Problem> refused, Runnable again) {
        int mine = ++round;
        return new Pages.Then<>() {
            @Override
            public void got(T answer) {
                if (mine == round) {
                    got.accept(answer);
                }
            }

            @Override
            public void refused(Problem problem) {
                if (mine == round) {
                    refused.accept(problem);
                }
            }

            @Override
            public void unreachable(Exception why) {
                if (mine == round) {
                    again(-1, again);
                }
            }
        };
    }

    private void wait(Problem problem, Runnable what) {
        boolean ours = problem.type().contains("/problems/");
        if (ours && !problem.passing() && problem.status() != 401) {
            refused(problem);
        } else {
            again(problem.retryAfterMillis(), what);
        }
    }

    private void again(long asked, Runnable what) {
        int mine = round;
        retry = reading.retries().after(backoff.next(asked), () -> {
            if (mine == round && state != State.ENDED) {
                what.run();
            }
        });
    }

    private void stand(long at) {
        seq = at;
        int of = epoch;
        teller.execute(() -> told = new Told(at, Positions.of(of, at)));
    }

    private void tell(Event event) {
        seq = event.seq();
        int of = epoch == 0 ? wire.epoch : epoch;
        tell(() -> {
            told = new Told(event.seq(), Positions.of(of, event.seq()));
            listener.onEvent(event);
        });
    }

    private void finish(Runnable last) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        round++;
        retry.cancel();
        held.clear();
        tell(last);
        wire.readers.remove(this);
        reading.roster().left(wire);
    }

    @Override
    public String channel() {
        return wire.channel;
    }

    @Override
    public long seq() {
        return told.seq();
    }

    @Override
    public @Nullable String position() {
        return told.position();
    }

    @Override
    public void close() {
        closed = true;
        reading.loop().run(() -> finish(() -> {}));
    }
}
