package io.tailrace.presence;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a member does, from least to most. */
public enum Mode {
    @JsonProperty("viewing")
    VIEWING,
    @JsonProperty("editing")
    EDITING,
    @JsonProperty("admin")
    ADMIN
}
