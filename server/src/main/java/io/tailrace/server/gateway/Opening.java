package io.tailrace.server.gateway;

import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Position;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * From a request to a session: attaches first, so that nothing is missed, then checks rights, then finds out where each
 * channel starts. Used by one thread, once.
 */
final class Opening {

    private final GatewayParts parts;
    private final Identity identity;
    private final SortedMap<ChannelName, Start> starts;
    private final boolean ofRequest;
    private final @Nullable Position position;
    private final @Nullable Checkpoint checkpoint;
    private final Session session;

    private Opening(
            GatewayParts parts,
            Identity identity,
            SortedMap<ChannelName, Start> starts,
            boolean ofRequest,
            @Nullable Position position,
            @Nullable Checkpoint checkpoint,
            Session session) {
        this.parts = parts;
        this.identity = identity;
        this.starts = starts;
        this.ofRequest = ofRequest;
        this.position = position;
        this.checkpoint = checkpoint;
        this.session = session;
    }

    /**
     * Attaches the channels that the request, or its position, names, and checks the right to read them.
     *
     * @throws Refusal 403 when one may not be read, or none any more by who comes back
     * @throws io.tailrace.log.LogUnavailable when that cannot be told
     */
    static Opening attach(GatewayParts parts, Identity identity, StreamRequest request) {
        var position =
                Optional.ofNullable(request.position()).flatMap(Position::parse).orElse(null);
        var checkpoint = position instanceof Position.Checkpoint id
                ? parts.checkpointer()
                        .find(id, identity.tenant(), identity.user())
                        .orElse(null)
                : null;
        var starts = starts(request, position, checkpoint);
        boolean ofRequest = starts.keySet().equals(request.channels().keySet());
        var ready = new Ready(Thread.currentThread());
        var follows = starts.keySet().stream()
                .map(name -> new Follow(identity.channel(name), parts, ready))
                .toList();
        var progress = new Progress(identity, parts.checkpointer(), parts.options(), ready, follows);
        var session = new Session(parts, identity, ready, progress);
        parts.rights().add(identity.tenant(), session);
        var opening = new Opening(parts, identity, starts, ofRequest, position, checkpoint, session);
        try {
            opening.checkRights(request.resumes());
            return opening;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static SortedMap<ChannelName, Start> starts(
            StreamRequest request, @Nullable Position position, @Nullable Checkpoint checkpoint) {
        if (!request.resumes() || position instanceof Position.Vector) {
            return request.channels();
        }
        var starts = new TreeMap<ChannelName, Start>();
        if (checkpoint != null) {
            checkpoint.seqs().forEach((name, seq) -> starts.put(name, new Start.After(checkpoint.epoch(), seq)));
            return starts;
        }
        Start start = position instanceof Position.Seq(int epoch, long seq)
                        && request.channels().size() == 1
                ? new Start.After(epoch, seq)
                : new Start.Unusable();
        request.channels().keySet().forEach(name -> starts.put(name, start));
        return starts;
    }

    private void checkRights(boolean resumes) {
        var follows = session.progress().follows();
        var readable = parts.access()
                .standings(identity, follows.stream().map(Follow::name).toList(), Capability.READ);
        var forbidden = follows.stream()
                .filter(follow -> !readable.containsKey(follow.name()))
                .toList();
        if (forbidden.isEmpty()) {
            return;
        }
        if (!resumes || forbidden.size() == starts.size()) {
            throw new Refusal(Problem.of(ProblemType.FORBIDDEN)
                    .with("channel", forbidden.getFirst().name()));
        }
        forbidden.forEach(Follow::loseRight); // who comes back keeps the rest, and is told
    }

    /** Whether the client came with a position. */
    boolean resumes() {
        return position != null;
    }

    Session session() {
        return session;
    }

    /**
     * Finds out where each channel starts.
     *
     * @throws PutOff when the log cannot be asked in time
     * @throws io.tailrace.log.LogUnavailable likewise
     */
    void start() throws InterruptedException {
        var progress = session.progress();
        var placement = Placement.of(parts, progress.follows());
        progress.epoch(placement.epoch());
        placement.place(places(placement.epoch()));
        progress.choose(ofRequest);
    }

    /** The starts, with a vector spread over its list once its epoch is known. */
    private Map<ChannelName, Start> places(int epoch) {
        if (!(position instanceof Position.Vector(int list, var seqs))) {
            return starts;
        }
        var names = List.copyOf(starts.keySet());
        boolean ours = seqs.size() == names.size() && list == Position.Vector.hash(epoch, names);
        var places = new HashMap<ChannelName, Start>();
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), ours ? new Start.After(epoch, seqs.get(i)) : new Start.Unusable());
        }
        return places;
    }

    /**
     * The position that the client came with, where a resume from it would do what this one does; null: it had none, or
     * none that is good.
     */
    @Nullable
    String asked() {
        boolean good = session.progress().follows().stream().noneMatch(Follow::isUnknown);
        return good && position != null ? position.text() : null;
    }

    /**
     * Sees to it that a stream with checkpoints has its first.
     *
     * @throws PutOff when it cannot be saved in time
     */
    void firstCheckpoint() throws InterruptedException {
        var progress = session.progress();
        if (!progress.checkpointed()) {
            return;
        }
        if (checkpoint != null && progress.isAt(checkpoint)) {
            progress.resumed(checkpoint);
            return;
        }
        if (!saved(session, parts)) {
            throw new PutOff("database");
        }
    }

    /** Takes a checkpoint on the session's thread and waits for it, at most as long as an opening may take. */
    static boolean saved(Session session, GatewayParts parts) throws InterruptedException {
        var outcome = new AtomicReference<@Nullable Boolean>();
        long deadline = parts.pace().now() + parts.options().openTimeout().toNanos();
        session.progress().save(parts.pace().now(), outcome::set);
        while (true) {
            session.ready().runTasks();
            var done = outcome.get();
            if (done != null) {
                return done;
            }
            long left = deadline - parts.pace().now();
            if (left <= 0) {
                return false;
            }
            session.ready().awaitTask(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
