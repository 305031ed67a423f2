package io.tailrace.server.manage;

import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.bus.Bus;
import io.tailrace.wire.JsonCodec;
import io.tailrace.wire.JsonFault;
import java.util.function.Consumer;

/**
 * Tells every node that somebody's rights have changed, so that they look at once. What gets lost is found by the epoch on
 * events, and by the look that each node takes every few seconds.
 */
public final class AccessNews {

    private static final int VERSION = 1;

    private static final System.Logger LOG = System.getLogger(AccessNews.class.getName());

    private final AccessChanges changes;
    private final Bus bus;

    /** @param v the version of this form */
    record Told(int v, String tenant) {}

    AccessNews(AccessChanges changes, Bus bus) {
        this.changes = changes;
        this.bus = bus;
    }

    /** The tenant's access has come to {@code epoch}: this node applies it, the others are told to look. */
    void changed(String tenant, long epoch) {
        changes.require(tenant, epoch, () -> {});
        bus.broadcast(JsonCodec.writeBytes(new Told(VERSION, tenant)));
    }

    /** Has {@code look} called with tenants whose access has changed; it must be quick. */
    public static Bus.Subscription hear(Bus bus, Consumer<String> look) {
        return bus.hear(message -> {
            try {
                var told = JsonCodec.read(message, Told.class);
                if (told.v() == VERSION) {
                    look.accept(told.tenant());
                }
            } catch (JsonFault ofAnotherForm) {
                LOG.log(System.Logger.Level.DEBUG, "a broadcast of another form", ofAnotherForm);
            }
        });
    }
}
