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

    /** A digest of no list. */
    private static final int OUTDATED = MemberList.MOST_DIGEST + 1;

    private final Noticeboard board;
    private final Runnable wake;
    private final Consumer<NoticeReader> leave;
    private final Runnable followMembers;
    private final long[] told = new long[Priority.values().length];
    private boolean members;
    private int knows = MemberList.NOBODY;
    private boolean back;

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

    /**
     * The client comes back and knows the member list of this digest: it is told the list only if it is another one.
     *
     * @param digest {@link #knownMembers} of before
     */
    public void knowsMembers(int digest) {
        knows = digest;
    }

    /**
     * What the client knows of the member list, for when it comes back: a digest, or a number that is none, when it was
     * told less than there is.
     */
    public int knownMembers() {
        var list = board.members();
        if (!members || list == null || told[Priority.PRESENCE.ordinal()] == UNLISTED) {
            return knows;
        }
        var now = list.digest();
        return now.number() == told[Priority.PRESENCE.ordinal()] ? now.value() : OUTDATED;
    }

    /** The client comes back and was told all that was shown up to {@code stamp}: it is told what came since and is still there. */
    public void toldUpTo(long stamp) {
        var view = board.view();
        for (Priority priority : Priority.SERVED) {
            if (priority != Priority.PRESENCE) {
                long last = view.last(priority);
                for (Shown shown : view.of(priority)) {
                    if (shown.stamp() > stamp) {
                        last = Math.min(last, shown.number() - 1);
                    }
                }
                told[priority.ordinal()] = last;
            }
        }
    }

    /** The client will be back in a moment: its board stays up for that long, so that it can be told what came meanwhile. */
    public void comesBack() {
        back = true;
    }

    boolean isBackSoon() {
        return back;
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
        if (told[index] == UNLISTED && knows(list)) {
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

    /** Whether who was told nothing yet knows the list all the same. */
    private boolean knows(MemberList list) {
        int index = Priority.PRESENCE.ordinal();
        if (knows == MemberList.NOBODY) { // as every stream begins
            var nobody = list.nobodySince();
            nobody.ifPresent(number -> told[index] = number);
            return nobody.isPresent();
        }
        var digest = list.digest();
        if (digest.value() == knows) {
            told[index] = digest.number();
        }
        return digest.value() == knows;
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
