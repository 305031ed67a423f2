package io.tailrace.server.signal;

import io.tailrace.presence.Changes;
import io.tailrace.presence.Listed;
import io.tailrace.presence.Member;
import io.tailrace.presence.Mode;
import io.tailrace.presence.Roster;
import io.tailrace.presence.Rosters;
import io.tailrace.presence.State;
import io.tailrace.wire.ChannelId;
import io.tailrace.wire.Json;
import io.tailrace.wire.JsonCodec;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Member lists as noticeboards tell them: each change and each list encoded once per node. Any thread. */
public final class RosterFeed implements MemberFeed {

    private final Rosters rosters;

    public RosterFeed(Rosters rosters) {
        this.rosters = rosters;
    }

    /** The data of a {@code presence} frame that tells what changed. */
    record Changed(String channel, List<Member> joined, List<Member> updated, List<Roster.Gone> left, int count) {}

    /** The data of one that tells all. */
    record Whole(String channel, List<Member> members, int count) {}

    /** What a digest is made of: all that others are told of a member when it changes. */
    private record Said(
            String channel,
            String user,
            State state,
            Mode mode,
            @Nullable String resource,
            @Nullable Json meta,
            int devices) {}

    @Override
    public Following follow(ChannelId channel, Listener listener) {
        var followed = new Followed(channel, listener);
        followed.watched.begin();
        return followed;
    }

    @Override
    public void changed(ChannelId channel) {
        rosters.nudge(channel);
    }

    private static Notice notice(Object data) {
        return Notice.of(Priority.PRESENCE, null, 0, "presence", JsonCodec.writeBytes(data));
    }

    /** When members were last seen is not news, nor is the order in which a node heard of them. */
    private static int digest(String channel, Listed list) {
        if (list.count() == 0) {
            return MemberList.NOBODY;
        }
        long sum = list.count();
        for (Member each : list.members()) {
            var says = new CRC32();
            says.update(JsonCodec.writeBytes(new Said(
                    channel, each.user(), each.state(), each.mode(), each.resource(), each.meta(), each.devices())));
            sum += says.getValue();
        }
        return 1 + (int) (sum % MemberList.MOST_DIGEST);
    }

    /** One channel; the first report makes the list known, the others change it. */
    private final class Followed implements Following, MemberList, Rosters.Listener {

        private final String channel;
        private final Listener listener;
        private final Rosters.Watched watched;
        private boolean known;
        private volatile MemberList.@Nullable Told told;
        private volatile MemberList.@Nullable Digest digest;

        Followed(ChannelId channel, Listener listener) {
            this.channel = channel.name().value();
            this.listener = listener;
            this.watched = rosters.watch(channel, this);
        }

        @Override
        public void changed(Changes changes) {
            if (known) {
                listener.changed(
                        changes.number(),
                        notice(new Changed(
                                channel, changes.joined(), changes.updated(), changes.left(), changes.count())));
            } else {
                known = true;
                listener.known(this);
            }
        }

        @Override
        public MemberList.Told list() {
            Listed now = watched.list();
            var last = told;
            if (last == null || last.number() != now.number()) {
                last = new MemberList.Told(now.number(), notice(new Whole(channel, now.members(), now.count())));
                told = last;
            }
            return last;
        }

        @Override
        public MemberList.Digest digest() {
            Listed now = watched.list();
            var last = digest;
            if (last == null || last.number() != now.number()) {
                last = new MemberList.Digest(now.number(), RosterFeed.digest(channel, now));
                digest = last;
            }
            return last;
        }

        @Override
        public OptionalLong nobodySince() {
            Listed now = watched.list();
            return now.count() == 0 ? OptionalLong.of(now.number()) : OptionalLong.empty();
        }

        @Override
        public void close() {
            watched.close();
        }
    }
}
