package io.tailrace.bench.load;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a stream: opens it, takes its frames apart, holds their numbers against what must come, and comes back
 * where it was when it was cut and is to come back. Everything on the thread of its loop.
 */
final class Reader implements EventStream.Listener, SseScanner.Sink {

    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final int OK = 200;

    private final Fleet.Squad squad;
    private final int index;
    private final int channel;
    private final SequenceCheck sequence;
    private final SseScanner sse = new SseScanner(this);
    private @Nullable EventStream stream;
    private boolean live;
    private boolean numbered;
    private boolean leaving;
    private int status;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean paced;
    private long now;
    private long cutAt;
    private long askedAt;
    private int moves;

    /** @param channel the first that it follows; as many as the fleet's plan says */
    Reader(Fleet.Squad squad, int index, int channel) {
        this.squad = squad;
        this.index = index;
        this.channel = channel;
        this.sequence = new SequenceCheck(channel, squad.plan().channelsEach());
        if (!squad.plan().opensByFrame()) {
            sequence.startAfter(0);
        }
    }

    void open() {
        status = 0;
        askedAt = System.nanoTime();
        stream = squad.connect(index, moves, this);
    }

    /** Cuts the connection, as a network does; the reader comes back at once or after {@code delay}. */
    void cut(Duration delay) {
        drop();
        cutAt = System.nanoTime();
        squad.loop().after(delay, this::open);
    }

    /** The same, back at once, with a position {@code back} events earlier than what was seen. */
    void cutBack(long back) {
        sequence.startAfter(Math.max(0, sequence.last() - back));
        cut(Duration.ZERO);
    }

    void stall() {
        if (stream != null) {
            stream.stall();
        }
    }

    void leave() {
        leaving = true;
        drop();
    }

    boolean live() {
        return live;
    }

    long last() {
        return sequence.last();
    }

    private void drop() {
        if (stream != null) {
            stream.close();
        }
        if (live) {
            live = false;
            squad.lost();
        }
    }

    @Override
    public Get request() {
        boolean resumes = numbered && squad.plan().channelsEach() == 1;
        return squad.plan().request().of(channel, resumes ? sequence.last() : -1);
    }

    @Override
    public void arriving() {
        now = System.nanoTime();
    }

    @Override
    public void arrived() {
        squad.tally().publish();
    }

    @Override
    public void broken(String why) {
        squad.tally().wrong(why);
        drop();
    }

    @Override
    public void gone() {
        boolean was = live;
        live = false;
        if (was) {
            squad.lost();
            cutAt = System.nanoTime();
        }
        if (leaving) {
            return;
        }
        if (squad.plan().comesBack() || !was) {
            squad.turnedAway(was);
            moves++;
            squad.loop().after(Duration.ofMillis(pause()), this::open);
        } else {
            squad.tally().wrong("a stream ended that should not");
        }
    }

    /** As the server asks; where it does not, no two at the same time. */
    private long pause() {
        return paced
                ? pauseMillis
                : FIRST_PAUSE_MILLIS / 2 + ThreadLocalRandom.current().nextLong(FIRST_PAUSE_MILLIS);
    }

    @Override
    public void head(int code, int retryAfterSeconds) {
        status = code;
        if (code != OK) {
            if (retryAfterSeconds > 0) {
                pauseMillis = retryAfterSeconds * 1000L;
                paced = true;
            }
            squad.refused(code);
        } else if (!squad.plan().opensByFrame()) {
            becomeLive();
        }
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        if (status == OK) {
            sse.accept(bytes, from, to);
        }
    }

    /** A stream that ends well is over all the same. */
    @Override
    public void end() {
        if (stream != null) {
            stream.close();
        }
        gone();
    }

    private void becomeLive() {
        if (!live) {
            live = true;
            numbered = true;
            if (cutAt == 0) {
                squad.live();
            } else {
                squad.back(now - cutAt, now - askedAt);
            }
        }
    }

    @Override
    public void message(int of, long seq, long time) {
        switch (sequence.accept(of < 0 ? channel : of, seq)) {
            case NEXT -> squad.tally().delivered(time, now);
            case REPEAT -> squad.repeated(of, seq);
            case GAP -> squad.tally().wrong("events of channel " + of + " are missing before " + seq);
            case STRANGER -> squad.tally().wrong("an event of channel " + of + " came to a reader of another");
        }
    }

    @Override
    public void named(SseScanner.Kind kind, int of, long seq) {
        switch (kind) {
            case OPEN -> opened(seq);
            case SNAPSHOT_REQUIRED -> squad.tally().wrong("snapshot.required, and no event after " + sequence.last());
            case RECONNECT, OTHER -> {}
        }
    }

    private void opened(long seq) {
        if (squad.plan().channelsEach() == 1) {
            if (!numbered) {
                sequence.startAfter(Math.max(0, seq));
            } else if (seq != sequence.last()) {
                squad.tally().wrong("resumed after " + seq + " where " + sequence.last() + " was asked");
            }
        }
        becomeLive();
    }

    @Override
    public void retry(long millis) {
        pauseMillis = millis;
        paced = true;
    }
}
