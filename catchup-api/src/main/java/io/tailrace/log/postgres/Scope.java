package io.tailrace.log.postgres;

import java.util.function.Function;

/** What statements can see of a database: the rows of one tenant, or all. Any number of threads. */
public interface Scope extends Sql {

    /**
     * Runs {@code work} in one transaction at READ COMMITTED: committed when it returns, rolled back when it throws.
     * Whoever locks channels does it in the order of {@link io.tailrace.wire.ChannelId}.
     *
     * @throws io.tailrace.log.LogUnavailable when the database cannot be asked; when the commit was lost, the work may be
     *     done
     */
    <T> T transaction(Function<Sql, T> work);
}
