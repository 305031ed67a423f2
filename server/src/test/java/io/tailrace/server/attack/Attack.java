package io.tailrace.server.attack;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * One attack.
 *
 * @param name what is tried
 * @param request the bytes that are sent
 * @param statuses what may be answered; 0: the connection is closed without an answer
 */
record Attack(String name, Function<Target, byte[]> request, Set<Integer> statuses) {

    static Attack of(String name, Function<Target, Request> request, Integer... statuses) {
        return new Attack(name, target -> request.apply(target).bytes(), Set.copyOf(List.of(statuses)));
    }

    /** A read of the secret channel with this in {@code Authorization}. */
    static Attack bearer(String name, Function<Target, String> token, Integer... statuses) {
        return of(name, target -> Request.get(Target.HISTORY).bearer(token.apply(target)), statuses);
    }

    @Override
    public String toString() {
        return name;
    }
}
