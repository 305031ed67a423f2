package io.tailrace.log;

import io.tailrace.wire.Contract;

/** The contract of each namespace of each tenant, with the version that {@link Append} is checked against. */
public interface Contracts {

    /**
     * A contract as it stands.
     *
     * @param version raised by every change; 0: the built-in one, never changed
     */
    record Versioned(Contract contract, long version) {}

    /**
     * The contract in force as far as this node knows: cached for a few seconds, since an append against a version that
     * is no longer in force is refused.
     */
    Versioned of(String tenant, String namespace);

    /** Reads the contract anew. */
    Versioned refreshed(String tenant, String namespace);

    /** Replaces the contract of a namespace, which the {@link Audit} keeps; returns its new version. */
    long put(String tenant, String namespace, Contract contract, Audit.By by);
}
