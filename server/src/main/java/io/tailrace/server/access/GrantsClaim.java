package io.tailrace.server.access;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rights in a token: {@code grants}, a list of {@code {"channel": pattern, "can": [capability…]}}, and {@code role},
 * which stands for what a member of that role may, on every channel.
 */
final class GrantsClaim {

    /** Entries in the longest list. */
    static final int MAX_GRANTS = 128;

    private static final Pattern PATTERN = Pattern.compile("\\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\\*?");

    private GrantsClaim() {}

    static List<Grant> of(JWTClaimsSet claims) throws ParseException {
        var grants = new ArrayList<Grant>();
        var role = claims.getStringClaim("role");
        if (role != null) {
            grants.add(new Grant("*", ofRole(role)));
        }
        var listed = claims.getClaim("grants");
        if (listed == null) {
            return grants;
        }
        if (!(listed instanceof List<?> entries) || entries.size() > MAX_GRANTS) {
            throw Tokens.bad("grants must be a list of at most " + MAX_GRANTS);
        }
        for (Object entry : entries) {
            grants.add(grant(entry));
        }
        return grants;
    }

    private static Grant grant(Object entry) {
        if (entry instanceof Map<?, ?> members
                && members.get("channel") instanceof String pattern
                && members.get("can") instanceof Collection<?> can
                && PATTERN.matcher(pattern).matches()) {
            return new Grant(pattern, capabilities(can));
        }
        throw Tokens.bad("a grant must be {\"channel\": pattern, \"can\": [capability…]}");
    }

    /** Names that we do not know give no right: a newer issuer may know more than this node. */
    private static Set<Capability> capabilities(Collection<?> names) {
        var can = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if (names.contains(capability.name().toLowerCase(Locale.ROOT))) {
                can.add(capability);
            }
        }
        return can;
    }

    private static Set<Capability> ofRole(String role) {
        return switch (role) {
            case "viewer" -> Roles.VIEWER;
            case "editor" -> Roles.EDITOR;
            case "manager" -> Roles.MANAGER;
            default -> Set.of();
        };
    }
}
