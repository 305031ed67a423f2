package io.tailrace.server.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that wait for one lane: first come first served within a tenant, tenants in turn. Bounded by bytes; when it is
 * full, the newest runs of the tenant that holds most make room for one that holds less, so that a flood drowns only
 * its own. Not safe for use by many threads: the lane's lock guards it.
 */
final class FairQueue {

    private static final class Tenant {
        final String name;
        final Deque<Run> runs = new ArrayDeque<>();
        long bytes;

        Tenant(String name) {
            this.name = name;
        }
    }

    private final long capacity;
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final Deque<Tenant> turns = new ArrayDeque<>();
    private long bytes;

    /** @param capacity bytes that may wait */
    FairQueue(long capacity) {
        this.capacity = capacity;
    }

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    /** Takes {@code run} in, or answers it {@code overloaded}; so may runs that had to make room. */
    boolean offer(Run run) {
        while (bytes + run.weight() > capacity) {
            if (!makeRoom(run)) {
                run.overloaded();
                return false;
            }
        }
        var tenant = tenants.computeIfAbsent(run.tenant(), Tenant::new);
        if (tenant.runs.isEmpty()) {
            turns.addLast(tenant);
        }
        tenant.runs.addLast(run);
        tenant.bytes += run.weight();
        bytes += run.weight();
        return true;
    }

    /** Takes runs out, tenants in turn, up to both bounds but at least one if there is any; they are then taken. */
    List<Run> poll(int maxWrites, long maxBytes) {
        var batch = new ArrayList<Run>();
        int writes = 0;
        long weight = 0;
        while (!turns.isEmpty()) {
            Run next = turns.getFirst().runs.getFirst();
            boolean fits = writes + next.writes().size() <= maxWrites && weight + next.weight() <= maxBytes;
            if (!fits && !batch.isEmpty() && !next.givenUp()) {
                break;
            }
            remove(turns.removeFirst(), next);
            if (next.take()) {
                batch.add(next);
                writes += next.writes().size();
                weight += next.weight();
            }
        }
        return batch;
    }

    private void remove(Tenant tenant, Run first) {
        tenant.runs.removeFirst();
        tenant.bytes -= first.weight();
        bytes -= first.weight();
        if (tenant.runs.isEmpty()) {
            tenants.remove(tenant.name);
        } else {
            turns.addLast(tenant);
        }
    }

    /** Drops the newest run of the fullest tenant, if that one holds more than {@code run}'s tenant would. */
    private boolean makeRoom(Run run) {
        var own = tenants.get(run.tenant());
        long held = run.weight() + (own == null ? 0 : own.bytes);
        var fullest = tenants.values().stream()
                .max(Comparator.comparingLong(tenant -> tenant.bytes))
                .filter(tenant -> tenant != own && tenant.bytes > held);
        fullest.ifPresent(this::dropNewest);
        return fullest.isPresent();
    }

    private void dropNewest(Tenant tenant) {
        Run newest = tenant.runs.removeLast();
        tenant.bytes -= newest.weight();
        bytes -= newest.weight();
        if (tenant.runs.isEmpty()) {
            tenants.remove(tenant.name);
            turns.remove(tenant);
        }
        newest.overloaded();
    }
}
