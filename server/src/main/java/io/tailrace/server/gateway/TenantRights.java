package io.tailrace.server.gateway;

import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.wire.ChannelName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Rechecks the rights of all open streams of a tenant whenever its access changes: one listener per tenant, and one
 * question per identity and channel, however many streams they have.
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

    private record Question(Identity identity, ChannelName channel) {}

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

    private Tenant listening(String tenant) {
        Set<Session> sessions = ConcurrentHashMap.newKeySet();
        return new Tenant(sessions, changes.listen(tenant, () -> recheck(sessions)));
    }

    private void recheck(Set<Session> sessions) {
        var answers = new HashMap<Question, Boolean>();
        BiPredicate<Identity, ChannelName> readable = (identity, channel) ->
                answers.computeIfAbsent(new Question(identity, channel), question -> access.standing(
                                question.identity(), question.channel(), Capability.READ)
                        .isPresent());
        for (Session session : sessions) {
            session.recheck(readable);
        }
    }

    private static void close(AutoCloseable listening) {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("a listener could not be removed", e);
        }
    }
}
