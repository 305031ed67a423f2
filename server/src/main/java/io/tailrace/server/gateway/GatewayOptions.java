package io.tailrace.server.gateway;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How streams behave.
 *
 * @param maxStreams streams and polls open at once, past which requests are put off kindly; default 20,000
 * @param userStreams the same of one user, softly: of those that come at the same moment a few may get in past it; default
 *     1,000
 * @param openRate streams and polls that open per second, and as many at once after a pause; who comes too early is told
 *     when to come back; default 2,000
 * @param maxChannels channels that one stream follows at most; default 500
 * @param heartbeat between heartbeats when the client asks for none; default 15 s, negotiable
 *     {@link #SHORTEST_HEARTBEAT} to {@link #LONGEST_HEARTBEAT}
 * @param recycleMin the shortest life of a stream, after which it is told to reconnect; default 5 min
 * @param recycleMax the longest; each stream draws between the two; default 10 min
 * @param writeTimeout how long a write may make no progress before the connection is cut; default 30 s
 * @param openTimeout how long an opening stream waits for heads and its first checkpoint; default 5 s
 * @param maxWait how long a poll waits at most; default 30 s
 * @param checkpointEvery oldest unsaved progress of a stream with checkpoints; default 5 s
 * @param checkpointPause between two checkpoints of one stream; default 1 s, a quarter of it while it replays
 * @param drainSpread over which a draining node sends many streams away, few sooner: {@link #spread}; default 10 s
 * @param drainDeadline when a draining node ends what is left; default 15 s
 * @param compressed streams that are compressed at once, at {@link Gzip#STREAM_BYTES} each; further ones are sent as they
 *     are; 0: none is compressed; default 5,000
 * @param oldestClients versions that are no longer served; default none
 */
public record GatewayOptions(
        int maxStreams,
        int userStreams,
        int openRate,
        int maxChannels,
        Duration heartbeat,
        Duration recycleMin,
        Duration recycleMax,
        Duration writeTimeout,
        Duration openTimeout,
        Duration maxWait,
        Duration checkpointEvery,
        Duration checkpointPause,
        Duration drainSpread,
        Duration drainDeadline,
        int compressed,
        OldestClients oldestClients) {

    /** The shortest heartbeat that a client may ask for. */
    public static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(5);

    /** The longest heartbeat that a client may ask for: for phones, whose radio each one wakes. */
    public static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(120);

    /** Events after which a checkpoint is due before {@link #checkpointEvery}. */
    static final int CHECKPOINT_EVENTS = 64;

    /** Bytes that a stream gathers before it writes, unless a single event is longer. */
    static final int BATCH_BYTES = 64 * 1024;

    /** Bytes of frames in the answer to a poll, unless a single event is longer. */
    static final int POLL_BYTES = 1024 * 1024;

    /** Of the streams that a node lets in per second, one in so many may come from a node that drains. */
    private static final int DRAIN_SHARE = 4;

    /** The defaults above. */
    public static final GatewayOptions DEFAULT = new GatewayOptions(
            20_000,
            1_000,
            2_000,
            500,
            Duration.ofSeconds(15),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            5_000,
            OldestClients.ALL);

    /** @throws IllegalArgumentException when bounds contradict each other */
    public GatewayOptions {
        if (recycleMin.compareTo(recycleMax) > 0) {
            throw new IllegalArgumentException("streams are recycled after recycleMin to recycleMax, in this order");
        }
        if (drainSpread.compareTo(drainDeadline) > 0) {
            throw new IllegalArgumentException("a drain ends at its deadline, after its spread");
        }
    }

    /** The same with room for another number of streams. */
    public GatewayOptions withStreams(int most) {
        return with(same -> same.maxStreams = most);
    }

    /** The same with room for another number of streams of one user. */
    public GatewayOptions withUserStreams(int most) {
        return with(same -> same.userStreams = most);
    }

    /** The same with another heartbeat. */
    public GatewayOptions withHeartbeat(Duration between) {
        return with(same -> same.heartbeat = between);
    }

    /** The same with another life of streams; for proxies that end requests after a minute, 50 to 55 s. */
    public GatewayOptions withLife(Duration min, Duration max) {
        return with(same -> {
            same.recycleMin = min;
            same.recycleMax = max;
        });
    }

    /** The same with another bound of writes. */
    public GatewayOptions withWriteTimeout(Duration timeout) {
        return with(same -> same.writeTimeout = timeout);
    }

    /** The same with checkpoints in another rhythm. */
    public GatewayOptions withCheckpoints(Duration every, Duration pause) {
        return with(same -> {
            same.checkpointEvery = every;
            same.checkpointPause = pause;
        });
    }

    /** The same with another number of compressed streams. */
    public GatewayOptions withCompressed(int most) {
        return with(same -> same.compressed = most);
    }

    /** The same, and other versions of clients are served. */
    public GatewayOptions withOldestClients(OldestClients oldest) {
        return with(same -> same.oldestClients = oldest);
    }

    /** The same with another rate of opening. */
    public GatewayOptions withOpenRate(int perSecond) {
        return with(same -> same.openRate = perSecond);
    }

    /** The same with another drain. @param spread is shortened to {@code deadline} if it is longer */
    public GatewayOptions withDrain(Duration spread, Duration deadline) {
        return with(same -> {
            same.drainSpread = spread.compareTo(deadline) < 0 ? spread : deadline;
            same.drainDeadline = deadline;
        });
    }

    /**
     * Over which a draining node sends so many streams away: a quarter of {@link #openRate} per second, for the nodes that
     * let them in have clients of their own, and faster only where {@link #drainSpread} would not do otherwise.
     */
    Duration spread(int streams) {
        var pace =
                Duration.ofSeconds(1).multipliedBy((long) DRAIN_SHARE * streams).dividedBy(openRate);
        return pace.compareTo(drainSpread) < 0 ? pace : drainSpread;
    }

    private GatewayOptions with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options in the making. */
    private static final class Draft {
        private int maxStreams;
        private int userStreams;
        private int openRate;
        private int maxChannels;
        private Duration heartbeat;
        private Duration recycleMin;
        private Duration recycleMax;
        private Duration writeTimeout;
        private Duration openTimeout;
        private Duration maxWait;
        private Duration checkpointEvery;
        private Duration checkpointPause;
        private Duration drainSpread;
        private Duration drainDeadline;
        private int compressed;
        private OldestClients oldestClients;

        private Draft(GatewayOptions same) {
            maxStreams = same.maxStreams;
            userStreams = same.userStreams;
            openRate = same.openRate;
            maxChannels = same.maxChannels;
            heartbeat = same.heartbeat;
            recycleMin = same.recycleMin;
            recycleMax = same.recycleMax;
            writeTimeout = same.writeTimeout;
            openTimeout = same.openTimeout;
            maxWait = same.maxWait;
            checkpointEvery = same.checkpointEvery;
            checkpointPause = same.checkpointPause;
            drainSpread = same.drainSpread;
            drainDeadline = same.drainDeadline;
            compressed = same.compressed;
            oldestClients = same.oldestClients;
        }

        private GatewayOptions options() {
            return new GatewayOptions(
                    maxStreams,
                    userStreams,
                    openRate,
                    maxChannels,
                    heartbeat,
                    recycleMin,
                    recycleMax,
                    writeTimeout,
                    openTimeout,
                    maxWait,
                    checkpointEvery,
                    checkpointPause,
                    drainSpread,
                    drainDeadline,
                    compressed,
                    oldestClients);
        }
    }
}
