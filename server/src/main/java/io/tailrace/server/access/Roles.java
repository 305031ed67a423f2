package io.tailrace.server.access;

import io.tailrace.log.Role;
import java.util.Set;

/** What members may do. Writing in another's name is never a member's right, only a token's. */
final class Roles {

    static final Set<Capability> VIEWER = Set.of(Capability.READ, Capability.PRESENCE, Capability.CURSORS);
    static final Set<Capability> EDITOR =
            Set.of(Capability.READ, Capability.PRESENCE, Capability.CURSORS, Capability.WRITE);
    static final Set<Capability> MANAGER =
            Set.of(Capability.READ, Capability.PRESENCE, Capability.CURSORS, Capability.WRITE, Capability.MANAGE);

    private Roles() {}

    static Set<Capability> of(Role role) {
        return switch (role) {
            case VIEWER -> VIEWER;
            case EDITOR -> EDITOR;
            case MANAGER -> MANAGER;
        };
    }
}
