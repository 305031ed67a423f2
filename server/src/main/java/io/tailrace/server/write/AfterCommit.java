package io.tailrace.server.write;

import java.util.List;
import java.util.ServiceLoader;

/**
 * A place to stand between a commit and its announcement. Found by {@link ServiceLoader}; production has no provider.
 * It is there so that tests can end the process where it hurts most.
 */
@FunctionalInterface
public interface AfterCommit {

    /** How far the writes of one append have come. */
    enum Point {
        /** They are committed; neither their authors nor any reader know. */
        COMMITTED,
        /** Their authors' answers are on the way; nothing is announced. */
        ACKNOWLEDGED
    }

    /** Called on the lane's thread, which waits for it. */
    void reached(Point point);

    /** Everyone found, as one. */
    static AfterCommit loaded() {
        List<AfterCommit> found = ServiceLoader.load(AfterCommit.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return point -> found.forEach(one -> one.reached(point));
    }
}
