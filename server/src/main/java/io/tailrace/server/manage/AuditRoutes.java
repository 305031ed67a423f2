package io.tailrace.server.manage;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.catchup.Query;
import io.tailrace.log.Audit;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/audit}: what was done in the tenant, for who manages all of it. */
final class AuditRoutes implements HttpService {

    private static final long USUAL_PAGE = 100;

    private final Access access;
    private final Audit audit;

    AuditRoutes(Access access, Audit audit) {
        this.access = access;
        this.audit = audit;
    }

    /** @param next what to ask for {@code after}; null: this is the last page so far */
    record Page(List<Audit.Entry> entries, @Nullable Long next) {}

    @Override
    public void routing(HttpRules rules) {
        rules.get("/v1/audit", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Identity manager = access.identify(request);
        access.requireAll(manager, "", Capability.MANAGE);
        var query = new Query(request, Set.of("after", "limit"));
        long after = query.number("after", 0, Long.MAX_VALUE).orElse(0L);
        int limit = query.number("limit", 1, Audit.MAX_PAGE).orElse(USUAL_PAGE).intValue();
        var entries = audit.page(manager.tenant(), after, limit);
        Long next = entries.size() < limit ? null : entries.getLast().id();
        Management.send(response, Status.OK_200, new Page(entries, next));
    }
}
