package io.tailrace.server.access;

import io.tailrace.log.postgres.Database;
import io.tailrace.wire.Actor;
import io.tailrace.wire.ChannelName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Tickets: 256 random bits that stand for a user's right to read some channels until a time. Only their hashes are kept.
 * Blocks on the database; any thread.
 */
public final class Tickets {

    /** How long an expired ticket is still told apart from one that never was. */
    static final Duration KEPT = Duration.ofDays(1);

    private static final int BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Database database;
    private final RandomGenerator random;

    public Tickets(Database database) {
        this(database, new SecureRandom());
    }

    Tickets(Database database, RandomGenerator random) {
        this.database = database;
        this.random = random;
    }

    /** What a ticket is for. */
    public enum Purpose {
        STREAM(EnumSet.of(Capability.READ)),
        CURSORS(EnumSet.of(Capability.READ, Capability.CURSORS));

        private final Set<Capability> can;

        Purpose(Set<Capability> can) {
            this.can = can;
        }
    }

    /** A ticket as it is kept. */
    record Kept(Actor actor, Purpose purpose, List<ChannelName> channels, Instant expiresAt) {

        Identity identity() {
            var grants = channels.stream()
                    .map(channel -> new Grant(channel.value(), purpose.can))
                    .toList();
            return new Identity(actor, grants, expiresAt, Identity.Credential.TICKET);
        }
    }

    /** Makes a ticket and returns it; nobody can find it out again. */
    String issue(Kept ticket) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var actor = ticket.actor();
        database.of(actor.tenant())
                .update(
                        """
                INSERT INTO tailrace.ticket
                  (hash, tenant, principal, token_id, device, issued_at, purpose, channels, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                        hash(text),
                        actor.tenant(),
                        actor.user(),
                        actor.tokenId(),
                        actor.device(),
                        actor.issuedAt(),
                        ticket.purpose().name(),
                        ticket.channels().stream().map(ChannelName::value).toArray(String[]::new),
                        ticket.expiresAt());
        return text;
    }

    /** The ticket of that text, expired or not; empty when there never was one, or too long ago. */
    Optional<Kept> find(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        // Whose it is, the ticket itself must say.
        return database.all().first("""
                SELECT tenant, principal, token_id, device, issued_at, purpose, channels, expires_at
                FROM tailrace.ticket WHERE hash = ?""", Tickets::read, hash(text));
    }

    /**
     * Lets a ticket live until {@code expiresAt}, in the right of the token that {@code actor} came with.
     *
     * @return whether there is such a ticket of the same user
     */
    boolean extend(String text, Actor actor, Instant expiresAt) {
        return FORM.matcher(text).matches()
                && database.of(actor.tenant())
                                .update(
                                        """
                                UPDATE tailrace.ticket SET expires_at = ?, token_id = ?, device = ?, issued_at = ?
                                WHERE hash = ? AND tenant = ? AND principal = ?""",
                                        expiresAt,
                                        actor.tokenId(),
                                        actor.device(),
                                        actor.issuedAt(),
                                        hash(text),
                                        actor.tenant(),
                                        actor.user())
                        == 1;
    }

    /** Forgets tickets that expired long before {@code now}; returns how many. */
    public int purge(Instant now) {
        return database.all().update("""
                DELETE FROM tailrace.ticket WHERE hash IN
                  (SELECT hash FROM tailrace.ticket WHERE expires_at < ? ORDER BY expires_at LIMIT 10000)""", now.minus(KEPT));
    }

    private static Kept read(ResultSet row) throws SQLException {
        var actor = new Actor(
                row.getString("tenant"),
                row.getString("principal"),
                row.getString("token_id"),
                row.getString("device"),
                row.getObject("issued_at", OffsetDateTime.class).toInstant());
        var channels = Arrays.stream((String[]) row.getArray("channels").getArray())
                .map(ChannelName::new)
                .toList();
        return new Kept(
                actor,
                Purpose.valueOf(row.getString("purpose")),
                channels,
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
