package io.tailrace.server.signal;

import io.tailrace.server.bus.Audience;
import io.tailrace.server.signal.Noticeboard.Shown;
import io.tailrace.server.signal.Noticeboard.View;
import java.util.List;
import java.util.function.Consumer;

/**
 * How far one stream has read a {@link Noticeboard}. Used by the stream's thread, but for {@link #close} and the wake-up,
 * which may come on any.
 */
public final class NoticeReader extends Audience.Member implements AutoCloseable {

    private static final long UNLISTED = -1;

    private final Noticeboard board;
    private final Runnable wake;
    private final Consumer<NoticeReader> leave;
    private final Runnable followMembers;
    private final long[] told = new long[Priority.values().length];
    private boolean members;

    /** @param followMembers has the board know the member list */
    NoticeReader(Noticeboard board, Runnable wake, Consumer<NoticeReader> leave, Runnable followMembers) {
        this.board = board;
        this.wake = wake;
        this.leave = leave;
        this.followMembers = followMembers;
        var now = board.view();
        for (Priority priority : Priority.values()) {
            told[priority.ordinal()] = now.last(priority);
        }
        told[Priority.PRESENCE.ordinal()] = UNLISTED;
    }

    /** It is to be told of the member list from now on, beginning with the whole of it; or no more. */
    public void members(boolean wanted) {
        if (members != wanted) {
            members = wanted;
            told[Priority.PRESENCE.ordinal()] = UNLISTED;
            if (wanted) {
                followMembers.run();
            }
        }
    }

    /** The client has the member list as it is now: it is told of what changes. */
    public void knowsMembers() {
        told[Priority.PRESENCE.ordinal()] = board.view().last(Priority.PRESENCE);
    }

    void wake() {
        wake.run();
    }

    /** Hands on what is new, the last to drop first. @return false when there is more than about {@code budget} bytes */
    public boolean take(Consumer<Notice> sink, int budget, Drops drops) {
        var view = board.view();
        int left = budget;
        for (Priority priority : Priority.SERVED) {
            left = priority == Priority.PRESENCE
                    ? takeMembers(view, sink, left)
                    : take(priority, view, sink, left, drops);
            if (left <= 0) {
                return false;
            }
        }
        return true;
    }

    /** @return what is left of the budget; 0 or less: there may be more */
    private int take(Priority priority, View view, Consumer<Notice> sink, int budget, Drops drops) {
        int index = priority.ordinal();
        int left = budget;
        for (Shown shown : after(view.of(priority), told[index])) {
            if (left <= 0) {
                return 0;
            }
            missed(priority, shown.number() - told[index] - 1, drops);
            sink.accept(shown.notice());
            left -= shown.notice().weight();
            told[index] = shown.number();
        }
        missed(priority, view.last(priority) - told[index], drops);
        told[index] = Math.max(told[index], view.last(priority));
        return left;
    }

    private static void missed(Priority priority, long count, Drops drops) {
        if (count > 0) {
            drops.add(priority, count);
        }
    }

    /** Changes, or the list for who knows none yet or missed a change. */
    private int takeMembers(View view, Consumer<Notice> sink, int budget) {
        var list = board.members();
        if (!members || list == null) {
            return budget;
        }
        int index = Priority.PRESENCE.ordinal();
        var nobody = list.nobodySince();
        if (told[index] == UNLISTED && nobody.isPresent()) { // every stream begins with nobody
            told[index] = nobody.getAsLong();
            return budget;
        }
        var news = after(view.of(Priority.PRESENCE), told[index]);
        long next = news.isEmpty()
                ? view.last(Priority.PRESENCE) + 1
                : news.getFirst().number();
        if (told[index] == UNLISTED || next > told[index] + 1) {
            var listed = list.list();
            told[index] = listed.number();
            sink.accept(listed.notice());
            return budget - listed.notice().weight();
        }
        int left = budget;
        for (Shown shown : news) {
            if (left <= 0) {
                return 0;
            }
            sink.accept(shown.notice());
            left -= shown.notice().weight();
            told[index] = shown.number();
        }
        return left;
    }

    private static List<Shown> after(List<Shown> all, long number) {
        int from = all.size();
        while (from > 0 && all.get(from - 1).number() > number) {
            from--;
        }
        return all.subList(from, all.size());
    }

    @Override
    public void close() {
        leave.accept(this);
    }
}
