package io.tailrace.log;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a member of a channel may do: each role may what the one before it may. */
public enum Role {
    /** Reads, and is present. */
    @JsonProperty("viewer")
    VIEWER,
    /** Writes. */
    @JsonProperty("editor")
    EDITOR,
    /** Changes members. */
    @JsonProperty("manager")
    MANAGER
}
