package io.tailrace.log;

import io.tailrace.wire.Actor;
import io.tailrace.wire.Json;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What managers did, who wrote in whose name, and what was sent to many at once, when and from where. What is managed, and
 * what is written in another's name, is told of in its own transaction; no entry is ever changed or removed. Blocks on the
 * database; throws {@link LogUnavailable} when it cannot be asked.
 */
public interface Audit {

    /** Entries in the longest {@link #page}. */
    int MAX_PAGE = 1_000;

    /**
     * Who does something that is kept here.
     *
     * @param address where the request came from; null: not over the network
     * @param trace W3C trace id of the request; empty: it had none
     */
    record By(Actor actor, @Nullable String address, String trace) {

        /** Somebody in this process. */
        public static By of(Actor actor) {
            return new By(actor, null, "");
        }
    }

    /**
     * One thing that was done.
     *
     * @param id ascending within a tenant: no entry appears before one that was read
     * @param token id of the token that it was done with; null: it had none
     * @param action as {@code member.put}
     * @param subject what it was done to: a channel, a namespace; empty: the whole tenant
     * @param detail an object that differs by action
     */
    record Entry(
            long id,
            Instant at,
            String by,
            @Nullable String token,
            @Nullable String address,
            String action,
            String subject,
            Json detail,
            String trace) {}

    /**
     * Keeps what was done already, in transactions that could not tell of it themselves. Whoever asked for it must not be
     * told that it was done before this returns.
     *
     * @param action as in {@link Entry}
     * @param subject likewise
     * @param detail becomes an object of JSON
     */
    void add(By by, String action, String subject, Object detail);

    /**
     * What was done in a tenant, ascending.
     *
     * @param after entries up to this id are left out
     * @param limit 1 to {@link #MAX_PAGE}
     */
    List<Entry> page(String tenant, long after, int limit);
}
