package io.tailrace.server.bus;

import io.tailrace.wire.ChannelId;

/**
 * Names of Redis channels. What varies stands in braces, so that sharded pub/sub spreads it. Names cannot be confused:
 * a channel's name has no slash, and the tenant takes all that follows the first.
 */
record Topics(String scope) {

    /** Announcements of a channel. */
    String events(ChannelId channel) {
        return scope + ":e:{" + channel.name() + "/" + channel.tenant() + "}";
    }

    /** What is of the moment in a channel. */
    String ephemeral(ChannelId channel, EphemeralBus.Topic topic) {
        return scope + ":" + topic.letter() + ":{" + channel.name() + "/" + channel.tenant() + "}";
    }

    /** What every node hears. */
    String everyone() {
        return scope + ":all";
    }

    /** Requests to a node. */
    String node(String node) {
        return scope + ":n:{" + node + "}";
    }

    /** Answers to whoever made up {@code id}. */
    String answers(String id) {
        return scope + ":a:{" + id + "}";
    }
}
