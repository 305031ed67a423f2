package io.tailrace.bench.scenario;

import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Publisher;
import io.tailrace.bench.load.Writers;
import io.tailrace.bench.servers.Tailrace;
import java.time.Duration;

/** What must hold when a trial is over, or it has failed. */
final class Exactness {

    /** How long what is under way may take to arrive. */
    static final Duration REST = Duration.ofSeconds(30);

    private Exactness() {}

    /** Every reader has everything that was acknowledged, once and in order. */
    static void demandAll(Fleet fleet, Publisher publisher, int readersEach) throws Inexact {
        demandAnswered(publisher);
        long due = publisher.acknowledged() * readersEach;
        boolean all = fleet.awaitDelivered(due, REST);
        demandOrder(fleet);
        if (!all || fleet.delivered() > due) {
            throw new Inexact("of " + due + " deliveries " + fleet.delivered() + " were made");
        }
    }

    /** Every reader has, in order, the last event of the one channel: for readers that were cut off meanwhile. */
    static void demandCaughtUp(Fleet fleet, Publisher publisher, long before, int readers) throws Inexact {
        demandAnswered(publisher);
        long last = before + publisher.acknowledged();
        long deadline = System.nanoTime() + REST.toNanos();
        int there = fleet.caughtUp(last);
        while (there < readers && System.nanoTime() - deadline < 0) {
            Watch.pass(Duration.ofMillis(100));
            there = fleet.caughtUp(last);
        }
        demandOrder(fleet);
        if (there < readers) {
            throw new Inexact((readers - there) + " of " + readers + " readers do not have event " + last);
        }
    }

    static void demandOrder(Fleet fleet) throws Inexact {
        if (fleet.wrong() > 0) {
            throw new Inexact(fleet.wrong() + " times wrong, first: " + fleet.firstFault());
        }
    }

    /** Everything was taken. */
    static void demandAnswered(Publisher publisher) throws Inexact {
        boolean answered = publisher.stop(REST);
        if (publisher.refused() > 0 || !answered) {
            throw new Inexact(publisher.refused() + " events were refused, the last with " + publisher.lastRefusal()
                    + (answered ? "" : "; not all are answered"));
        }
    }

    /** What was acknowledged is in the log, once, and nothing else but what nobody knows about. */
    static void demandLogged(Tailrace tailrace, Writers... writers) throws Inexact {
        long least = 0;
        long unknown = 0;
        for (var some : writers) {
            if (!some.stop(REST)) {
                throw new Inexact("not all writes are answered");
            }
            least += some.written();
            unknown += some.unknown();
        }
        var ledger = tailrace.ledger();
        long most = least + unknown;
        if (ledger.heads() != ledger.events() || ledger.events() < least || ledger.events() > most) {
            throw new Inexact(least + " writes were acknowledged; the log has " + ledger.events()
                    + " events under heads that sum up to " + ledger.heads());
        }
    }
}
