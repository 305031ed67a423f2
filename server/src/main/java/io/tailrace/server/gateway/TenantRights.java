package io.tailrace.server.gateway;

import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.access.Together;
import io.tailrace.wire.ChannelName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rechecks the rights of all open streams of a tenant whenever its access changes: one listener per tenant, and one
 * question per identity, however many streams it has.
 *
 * <p>Protocol: a session is added before its rights are first asked for, so that no change falls between the two. The
 * map's own locks order the first and the last session of a tenant; the recheck runs on the thread of the change.
 */
final class TenantRights {

    private final Access access;
    private final AccessChanges changes;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    TenantRights(Access access, AccessChanges changes) {
        this.access = access;
        this.changes = changes;
    }

    private record Tenant(Set<Session> sessions, AutoCloseable listening) {}

    void add(String tenant, Session session) {
        tenants.compute(tenant, (name, known) -> {
            var entry = known == null ? listening(name) : known;
            entry.sessions().add(session);
            return entry;
        });
    }

    void remove(String tenant, Session session) {
        tenants.computeIfPresent(tenant, (name, entry) -> {
            entry.sessions().remove(session);
            if (!entry.sessions().isEmpty()) {
                return entry;
            }
            close(entry.listening());
            return null;
        });
    }

    /** Whether the rights of the tenant's streams are known well enough for what is of the moment. */
    boolean fresh(String tenant) {
        return changes.fresh(tenant);
    }

    private Tenant listening(String tenant) {
        Set<Session> sessions = ConcurrentHashMap.newKeySet();
        return new Tenant(sessions, changes.listen(tenant, () -> recheck(sessions)));
    }

    private void recheck(Set<Session> sessions) {
        var asked = new HashMap<Identity, Set<ChannelName>>();
        for (Session session : sessions) {
            asked.computeIfAbsent(session.identity(), identity -> new HashSet<>())
                    .addAll(session.watched());
        }
        var rights = rights(asked);
        for (Session session : sessions) {
            session.recheck((identity, channels) -> {
                boolean known = asked.getOrDefault(identity, Set.of()).containsAll(channels);
                return known ? rights.getOrDefault(identity, Set.of()) : readable(identity, channels);
            });
        }
    }

    /** Asks for all identities at once, so that the questions go out together. */
    private Map<Identity, Set<ChannelName>> rights(Map<Identity, Set<ChannelName>> asked) {
        var rights = new ConcurrentHashMap<Identity, Set<ChannelName>>();
        Together.run(asked.entrySet().stream()
                .map(entry -> () -> rights.put(entry.getKey(), readable(entry.getKey(), entry.getValue()))));
        return rights;
    }

    private Set<ChannelName> readable(Identity identity, Set<ChannelName> channels) {
        return access.standings(identity, channels, Capability.READ).keySet();
    }

    private static void close(AutoCloseable listening) {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("a listener could not be removed", e);
        }
    }
}
