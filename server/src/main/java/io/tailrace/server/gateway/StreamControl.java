package io.tailrace.server.gateway;

import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Problem;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Shows and changes live streams of this node, for whoever is their principal.
 *
 * <p>Protocol: whatever blocks (heads, rights, the window) is done on the asker's thread, with channels that are attached
 * but not yet the stream's; the stream's thread then takes them over in one step and takes a checkpoint, and the asker
 * waits for that.
 */
final class StreamControl {

    private final GatewayParts parts;
    private final StreamRegistry registry;

    StreamControl(GatewayParts parts, StreamRegistry registry) {
        this.parts = parts;
        this.registry = registry;
    }

    /** What the stream follows. */
    Payloads.Open show(StreamId id, String tenant, String user) {
        return find(id, tenant, user).describe();
    }

    /** Lets the stream go on with fresh credentials; channels that they do not allow are dropped from it. */
    Payloads.Renewed renew(StreamId id, Identity fresh) {
        var stream = find(id, fresh.tenant(), fresh.user());
        var session = stream.session();
        session.identity(fresh);
        session.recheck((identity, channels) ->
                parts.access().standings(identity, channels, Capability.READ).keySet());
        stream.wake();
        return new Payloads.Renewed(fresh.expiresAt());
    }

    /**
     * Adds and removes channels.
     *
     * @return the stream after it, each added channel with the seq that it starts after
     */
    Payloads.Open change(StreamId id, String tenant, String user, Payloads.Change change) throws InterruptedException {
        var stream = find(id, tenant, user);
        var removed = Optional.ofNullable(change.remove()).orElse(List.of());
        var starts = new TreeMap<ChannelName, Start>();
        var asked = Optional.ofNullable(change.add()).orElse(List.of());
        if (!asked.isEmpty()) {
            starts.putAll(StreamRequest.channels(asked, parts.options().maxChannels()));
        }
        for (Follow follow : stream.session().progress().follows()) {
            if (!follow.rightLost()) {
                starts.remove(follow.name());
            }
        }
        bound(stream, starts, removed);
        var added = attach(stream, starts);
        try {
            var placed = place(stream, added, starts);
            handOver(stream, added, removed);
            return answer(stream, placed);
        } finally {
            added.forEach(stream.session()::joined);
        }
    }

    private LiveStream find(StreamId id, String tenant, String user) {
        return registry.find(id)
                .filter(stream -> stream.session().identity().tenant().equals(tenant))
                .filter(stream -> stream.session().identity().user().equals(user))
                .filter(stream -> !stream.ended())
                .orElseThrow(() -> new Refusal(Problem.of(ProblemType.STREAM_NOT_FOUND)));
    }

    private void bound(LiveStream stream, SortedMap<ChannelName, Start> added, List<ChannelName> removed) {
        var after = new HashSet<ChannelName>();
        stream.session().progress().follows().forEach(follow -> after.add(follow.name()));
        removed.forEach(after::remove);
        after.addAll(added.keySet());
        if (after.isEmpty() || after.size() > parts.options().maxChannels()) {
            int max = parts.options().maxChannels();
            throw new Refusal(Problem.of(ProblemType.PARAMETER_MALFORMED, "a stream follows 1 to " + max + " channels")
                    .with("max_channels", max));
        }
    }

    private List<Follow> attach(LiveStream stream, SortedMap<ChannelName, Start> starts) {
        var session = stream.session();
        var added = new ArrayList<Follow>();
        try {
            for (ChannelName name : starts.keySet()) {
                var follow = Follow.held(session.identity().channel(name), parts, session.ready());
                added.add(follow);
                session.joining(follow);
            }
            requireRights(session.identity(), starts.keySet());
            return added;
        } catch (RuntimeException e) {
            abandon(stream, added);
            throw e;
        }
    }

    private void requireRights(Identity identity, Set<ChannelName> channels) {
        if (!parts.access()
                .standings(identity, channels, Capability.READ)
                .keySet()
                .containsAll(channels)) {
            throw new Refusal(ProblemType.FORBIDDEN, "the right to read is missing");
        }
    }

    private static void abandon(LiveStream stream, List<Follow> added) {
        added.forEach(stream.session()::joined);
        added.forEach(Follow::close);
    }

    private Map<String, Payloads.Followed> place(
            LiveStream stream, List<Follow> added, SortedMap<ChannelName, Start> starts) throws InterruptedException {
        try {
            if (!added.isEmpty()) {
                var placement = Placement.of(parts, added);
                placement.place(starts);
                if (placement.epoch() != stream.session().progress().epoch()) {
                    throw new PutOff("epoch");
                }
            }
            var placed = new LinkedHashMap<String, Payloads.Followed>();
            added.forEach(follow -> placed.put(follow.name().value(), follow.describe()));
            return placed;
        } catch (RuntimeException | InterruptedException e) {
            abandon(stream, added);
            throw e;
        }
    }

    private void handOver(LiveStream stream, List<Follow> added, List<ChannelName> removed)
            throws InterruptedException {
        var done = new CompletableFuture<Boolean>();
        var session = stream.session();
        int epoch = session.progress().epoch();
        session.ready().add(() -> {
            if (stream.ended() || session.progress().epoch() != epoch) {
                added.forEach(Follow::close);
                done.complete(false);
            } else {
                session.change(added, removed);
                session.progress().save(parts.pace().now(), done::complete);
            }
        });
        try {
            Duration limit = parts.options().openTimeout();
            if (!done.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unsaved();
            }
        } catch (TimeoutException | ExecutionException e) {
            if (stream.ended()) {
                added.forEach(Follow::close); // nobody will take them over any more
            }
            throw unsaved();
        }
    }

    private static Refusal unsaved() {
        return new Refusal(Problem.of(
                        ProblemType.UNAVAILABLE, "the change could not be made part of the stream's position in time")
                .retryAfter(Duration.ofSeconds(1)));
    }

    private static Payloads.Open answer(LiveStream stream, Map<String, Payloads.Followed> placed) {
        var now = stream.describe();
        var channels = new TreeMap<>(now.channels());
        channels.putAll(placed);
        return now.with(channels);
    }
}
