package io.tailrace.server.access;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a grant may allow on a channel. */
public enum Capability {
    @JsonProperty("read")
    READ,
    @JsonProperty("write")
    WRITE,
    @JsonProperty("presence")
    PRESENCE,
    @JsonProperty("cursors")
    CURSORS,
    @JsonProperty("manage")
    MANAGE,
    /** Write in another user's name: for backends. */
    @JsonProperty("publish_as")
    PUBLISH_AS
}
