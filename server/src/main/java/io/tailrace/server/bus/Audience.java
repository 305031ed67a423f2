package io.tailrace.server.bus;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is told when a channel has news: one list for each thing that tells, small for one listener and quick for ten
 * thousand. They are told nearly in the order in which they came: what belongs to neighbours was made at about the same
 * time and lies together in memory, and fetching it is most of what telling ten thousand costs.
 *
 * <p>Protocol: any thread. Changes are made under the monitor. Who tells goes through the array without it, as it was when
 * he began; it is copied before anything in that part of it changes.
 *
 * @param <M> who listens; in one audience at a time
 */
public final class Audience<M extends Audience.Member> {

    /** One of an audience, which knows its place. */
    public abstract static class Member {
        private int place;
    }

    /** A part this small of the array means that it is too long. */
    private static final int SPARSE = 4;

    private @Nullable Member[] members = new Member[1];
    private int count;

    /** Whether somebody may be going through {@code members}. */
    private boolean lent;

    /** Adds a member, which is in no audience. */
    public synchronized void add(M member) {
        if (count == members.length) {
            move(2 * count);
        }
        place(member, count++);
    }

    /** Takes a member out. @return whether it was in */
    public synchronized boolean remove(M member) {
        int place = ((Member) member).place;
        if (place >= count || members[place] != member) {
            return false;
        }
        boolean sparse = count <= members.length / SPARSE;
        if (lent || sparse) {
            move(sparse ? members.length / 2 : members.length);
        }
        Member last = members[--count];
        members[count] = null;
        if (last != null && last != member) {
            place(last, place);
        }
        return true;
    }

    private void place(Member member, int place) {
        member.place = place;
        members[place] = member;
    }

    private void move(int length) {
        members = Arrays.copyOf(members, length);
        lent = false;
    }

    public synchronized boolean isEmpty() {
        return count == 0;
    }

    public synchronized int size() {
        return count;
    }

    /** Tells all who are in when it begins. */
    @SuppressWarnings("unchecked") // only members of this kind were added
    public void forEach(Consumer<? super M> teller) {
        @Nullable Member[] present;
        int many;
        synchronized (this) {
            lent = true;
            present = members;
            many = count;
        }
        for (int i = 0; i < many; i++) {
            Member member = present[i];
            if (member != null) {
                teller.accept((M) member);
            }
        }
    }
}
