package io.tailrace.presence;

import io.tailrace.wire.Json;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user as others see it: {@code state}, {@code mode}, {@code resource} and {@code meta} are those of the device that is
 * most present.
 *
 * @param devices how many it is here with
 * @param lastSeen when one of them last said something, by the clock of the store
 */
public record Member(
        String user,
        State state,
        Mode mode,
        @Nullable String resource,
        @Nullable Json meta,
        int devices,
        Instant lastSeen) {

    /**
     * One device as a store keeps it.
     *
     * @param seen when it last said something
     * @param lapsed whether its lease is over, so that it counts as away
     */
    public record Device(
            State state,
            Mode mode,
            @Nullable String resource,
            @Nullable Json meta,
            Instant seen,
            boolean lapsed) {

        State effective() {
            return lapsed ? State.AWAY : state;
        }
    }

    private static final Comparator<Device> PRESENT =
            Comparator.comparing(Device::effective).thenComparing(Device::mode).thenComparing(Device::seen);

    /** The user with these devices, at least one. */
    public static Member of(String user, List<Device> devices) {
        var most = devices.stream().max(PRESENT).orElseThrow();
        var seen = devices.stream()
                .map(Device::seen)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new Member(user, most.effective(), most.mode(), most.resource(), most.meta(), devices.size(), seen);
    }

    /** Whether others need not be told of {@code other} after this: when it was last seen alone is no news. */
    boolean saysTheSameAs(Member other) {
        return user.equals(other.user)
                && state == other.state
                && mode == other.mode
                && devices == other.devices
                && Objects.equals(resource, other.resource)
                && Objects.equals(meta, other.meta);
    }
}
