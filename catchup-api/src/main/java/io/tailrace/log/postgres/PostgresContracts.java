package io.tailrace.log.postgres;

import io.tailrace.log.Audit;
import io.tailrace.log.Contracts;
import io.tailrace.log.LogUnavailable;
import io.tailrace.wire.Contract;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Contracts in PostgreSQL, with a cache. While the database is away, what the cache has goes on being used: an append
 * checks the version anyway.
 */
final class PostgresContracts implements Contracts {

    /** How long a contract is believed; also how late other nodes see a change. */
    static final Duration FRESH = Duration.ofSeconds(3);

    /** Namespaces in the cache, of all tenants; past it the cache starts anew. */
    static final int CACHED = 10_000;

    private record Name(String tenant, String namespace) {}

    private record Cached(Versioned contract, Instant readAt) {}

    private final Database database;
    private final InstantSource clock;
    private final ConcurrentHashMap<Name, Cached> cache = new ConcurrentHashMap<>();

    PostgresContracts(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Versioned of(String tenant, String namespace) {
        Cached cached = cache.get(new Name(tenant, namespace));
        if (cached != null && clock.instant().isBefore(cached.readAt().plus(FRESH))) {
            return cached.contract();
        }
        return refreshed(tenant, namespace, cached);
    }

    private Versioned refreshed(String tenant, String namespace, @Nullable Cached fallback) {
        try {
            return refreshed(tenant, namespace);
        } catch (LogUnavailable away) {
            if (fallback == null) {
                throw away;
            }
            return fallback.contract();
        }
    }

    @Override
    public Versioned refreshed(String tenant, String namespace) {
        Versioned contract = database.of(tenant)
                .first(
                        "SELECT contract, version FROM tailrace.namespace WHERE tenant = ? AND name = ?",
                        row -> new Versioned(
                                JsonCodec.read(row.getString("contract"), Contract.class), row.getLong("version")),
                        tenant,
                        namespace)
                .orElseGet(() -> new Versioned(Contract.builtIn(namespace), 0));
        keep(tenant, namespace, contract);
        return contract;
    }

    @Override
    public long put(String tenant, String namespace, Contract contract, Audit.By by) {
        long version = database.of(tenant).transaction(sql -> {
            PostgresAudit.add(sql, by, "namespace.put", namespace, contract);
            // Alone through the gate: whatever commits after this has seen the new version.
            sql.query("SELECT pg_advisory_xact_lock(1952541036, tailrace.gate(?))", row -> 0, tenant);
            return sql.one(
                    """
                    INSERT INTO tailrace.namespace AS n (tenant, name, version, contract, durable, explicit)
                    VALUES (?, ?, 1, ?, ?, ?)
                    ON CONFLICT (tenant, name) DO UPDATE
                    SET version = n.version + 1, contract = excluded.contract, durable = excluded.durable,
                        explicit = excluded.explicit
                    RETURNING version
                    """,
                    row -> row.getLong(1),
                    tenant,
                    namespace,
                    JsonCodec.write(contract),
                    contract.durable(),
                    contract.create() == Contract.Create.EXPLICIT);
        });
        keep(tenant, namespace, new Versioned(contract, version));
        return version;
    }

    private void keep(String tenant, String namespace, Versioned contract) {
        if (cache.size() >= CACHED) {
            cache.clear();
        }
        cache.put(new Name(tenant, namespace), new Cached(contract, clock.instant()));
    }
}
