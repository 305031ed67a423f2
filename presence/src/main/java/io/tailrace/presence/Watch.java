package io.tailrace.presence;

import io.tailrace.presence.Roster.Gone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one node has reported of one channel's members. Compares what the store shows with that; it never hands a change
 * on, so that nothing is reported twice and a lost hint costs nothing but time.
 *
 * <p>Users who are missing since the store began anew are {@code doubted}: their devices will say within a heartbeat that
 * they are here. Only who is still missing a whole lease later is reported to have left.
 *
 * <p>Of more than {@code most} members only so many are known by name; the others are counted. Used under one lock.
 */
final class Watch {

    private final int most;
    private final long doubtNanos;
    private final LinkedHashMap<String, Member> known = new LinkedHashMap<>();
    private final Map<String, Long> doubted = new HashMap<>();
    private Roster.Mark mark = Roster.Mark.NONE;
    private boolean refilling;
    private long number;
    private int count;
    private boolean looked;

    /**
     * @param most members known by name
     * @param doubtNanos how long a user may be missing after the store began anew
     */
    Watch(int most, long doubtNanos) {
        this.most = most;
        this.doubtNanos = doubtNanos;
    }

    /** A comparison that runs over all pages of a look. */
    final class Comparison {
        private final LinkedHashMap<String, Member> joined = new LinkedHashMap<>();
        private final LinkedHashMap<String, Member> updated = new LinkedHashMap<>();
        private final List<Gone> left = new ArrayList<>();
        private final long now;
        private boolean whole;
        private boolean seen;
        private int shown;

        private Comparison(long now) {
            this.now = now;
        }

        /** Takes a page of the look. */
        void add(Roster page) {
            if (page.whole()) {
                whole = true;
                known.keySet().forEach(user -> doubted.putIfAbsent(user, now));
            }
            page.present().forEach(this::present);
            for (Gone gone : page.gone()) {
                doubted.remove(gone.user());
                left(gone);
            }
            mark = page.mark();
            shown = page.count();
            seen = true;
        }

        /** Whether there is anything to end: a look that failed at once shows nothing. */
        boolean seen() {
            return seen;
        }

        private void present(Member member) {
            doubted.remove(member.user());
            var before = known.get(member.user());
            if (before == null && known.size() >= most) {
                return;
            }
            known.put(member.user(), member);
            if (left.removeIf(gone -> gone.user().equals(member.user()))) {
                updated.put(member.user(), member); // was gone and is back within one look
            } else if (before == null) {
                joined.put(member.user(), member);
            } else if (!before.saysTheSameAs(member)) {
                (joined.containsKey(member.user()) ? joined : updated).put(member.user(), member);
            }
        }

        private void left(Gone gone) {
            if (known.remove(gone.user()) != null && joined.remove(gone.user()) == null) {
                updated.remove(gone.user());
                left.add(gone);
            }
        }

        /** What there is to report, which then counts as reported. */
        Changes end() {
            for (String user : List.copyOf(doubted.keySet())) {
                if (now - doubted.getOrDefault(user, now) >= doubtNanos) {
                    doubted.remove(user);
                    left(new Gone(user, true));
                }
            }
            int all = Math.max(shown + doubted.size(), known.size());
            boolean recounted = all != count && all > known.size();
            count = all;
            refilling = !whole && (all <= most ? known.size() < all : 2 * known.size() < most);
            var changes =
                    new Changes(number + 1, List.copyOf(joined.values()), List.copyOf(updated.values()), left, count);
            boolean first = !looked;
            looked = true;
            if (!changes.isEmpty() || recounted || first) {
                number++;
                return changes;
            }
            return new Changes(number, List.of(), List.of(), List.of(), count);
        }
    }

    Comparison compare(long now) {
        return new Comparison(now);
    }

    /** Where the next look goes on: at the beginning, when there is room for names and there are more of them. */
    Roster.Mark since() {
        return refilling ? new Roster.Mark(mark.generation(), 0) : mark;
    }

    /** Nanoseconds until somebody who is missing has to be given up; {@link Long#MAX_VALUE}: nobody is missing. */
    long doubtsEndIn(long now) {
        return doubted.values().stream()
                .mapToLong(since -> Math.max(0, since + doubtNanos - now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Whether only a part is known by name. */
    boolean crowded() {
        return count > known.size();
    }

    long number() {
        return number;
    }

    Listed listed() {
        return new Listed(number, List.copyOf(known.values()), count);
    }
}
