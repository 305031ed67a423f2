package io.tailrace.server.signal;

import io.tailrace.log.LogUnavailable;
import io.tailrace.presence.Attendance;
import io.tailrace.presence.Mode;
import io.tailrace.presence.Presence;
import io.tailrace.presence.PresenceUnavailable;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.access.Aside;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.access.Together;
import io.tailrace.wire.ChannelId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Whose heartbeats this node has taken, so that somebody who loses a right is lowered or leaves within seconds and not
 * with the next heartbeat. A device that beats elsewhere is known there; one of a node that died goes with its lease.
 *
 * <p>Protocol: {@code tenants} holds the devices of each tenant and the handle by which changes of its access are heard;
 * it is changed inside {@code compute} of the tenant only. A recheck runs {@linkplain Aside aside}: no event waits for it.
 */
public final class Attendants implements AutoCloseable {

    /** Devices of a tenant that are remembered at most; one more is not, and goes with its lease. */
    static final int MAX_DEVICES = 100_000;

    private static final System.Logger LOG = System.getLogger(Attendants.class.getName());

    private record Key(ChannelId channel, String user, String device) {}

    private record Device(Identity identity, Attendance attendance, long until) {}

    private record Tenant(Map<Key, Device> devices, AutoCloseable listening) {}

    private final Access access;
    private final AccessChanges changes;
    private final Presence presence;
    private final Signals signals;
    private final long leaseNanos;
    private final LongSupplier nanos;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    /** @param lease how long a device is remembered after it was heard */
    public Attendants(
            Access access,
            AccessChanges changes,
            Presence presence,
            Signals signals,
            Duration lease,
            LongSupplier nanos) {
        this.access = access;
        this.changes = changes;
        this.presence = presence;
        this.signals = signals;
        this.leaseNanos = lease.toNanos();
        this.nanos = nanos;
    }

    /** A device was heard. */
    void here(Identity identity, ChannelId channel, Attendance attendance) {
        long until = nanos.getAsLong() + leaseNanos;
        tenants.compute(identity.tenant(), (name, known) -> {
            var tenant = known == null ? listening(name) : known;
            var key = new Key(channel, attendance.user(), attendance.device());
            if (tenant.devices().size() < MAX_DEVICES || tenant.devices().containsKey(key)) {
                tenant.devices().put(key, new Device(identity, attendance, until));
            }
            return tenant;
        });
    }

    private Tenant listening(String tenant) {
        Map<Key, Device> devices = new ConcurrentHashMap<>();
        return new Tenant(devices, changes.listen(tenant, new Aside("attendants", () -> recheck(devices))));
    }

    /** Forgets devices that were not heard for a lease, and tenants that have none. */
    public void sweep() {
        long now = nanos.getAsLong();
        for (String name : tenants.keySet()) {
            tenants.computeIfPresent(name, (same, tenant) -> {
                tenant.devices().values().removeIf(device -> now - device.until() >= 0);
                if (!tenant.devices().isEmpty()) {
                    return tenant;
                }
                close(tenant);
                return null;
            });
        }
    }

    /** Asks for all at once, so that the questions go out together. */
    private void recheck(Map<Key, Device> devices) {
        Together.run(
                devices.entrySet().stream().map(entry -> () -> recheck(devices, entry.getKey(), entry.getValue())));
    }

    private void recheck(Map<Key, Device> devices, Key key, Device device) {
        try {
            if (!may(device.identity(), key.channel(), Capability.PRESENCE)) {
                devices.remove(key, device);
                presence.leave(key.channel(), key.user(), key.device());
                signals.membersChanged(key.channel());
            } else if (!may(
                    device.identity(),
                    key.channel(),
                    PresenceDoor.needs(device.attendance().mode()))) {
                var lowered = lowered(device.attendance());
                devices.replace(key, device, new Device(device.identity(), lowered, device.until()));
                presence.join(key.channel(), lowered);
                signals.membersChanged(key.channel());
            }
        } catch (PresenceUnavailable | LogUnavailable away) {
            LOG.log(System.Logger.Level.DEBUG, "a device goes with its lease, or at the next change", away);
        }
    }

    private boolean may(Identity identity, ChannelId channel, Capability capability) {
        return access.standings(identity, List.of(channel.name()), capability).containsKey(channel.name());
    }

    private static Attendance lowered(Attendance attendance) {
        return new Attendance(
                attendance.user(),
                attendance.device(),
                Mode.VIEWING,
                attendance.state(),
                attendance.resource(),
                attendance.meta());
    }

    private static void close(Tenant tenant) {
        try {
            tenant.listening().close();
        } catch (Exception e) {
            throw new IllegalStateException("a listener could not be removed", e);
        }
    }

    @Override
    public void close() {
        tenants.values().forEach(Attendants::close);
        tenants.clear();
    }
}
