package io.tailrace.presence;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How present a member is, from least to most. */
public enum State {
    /** Out of sight, or silent for longer than its lease. */
    @JsonProperty("away")
    AWAY,
    /** Here, without doing anything. */
    @JsonProperty("idle")
    IDLE,
    @JsonProperty("active")
    ACTIVE
}
