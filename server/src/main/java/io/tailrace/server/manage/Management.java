package io.tailrace.server.manage;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Audit;
import io.tailrace.log.Channels;
import io.tailrace.log.Contracts;
import io.tailrace.log.Memberships;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessChanges;
import io.tailrace.server.bus.Bus;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.schema.Schemas;
import io.tailrace.wire.JsonCodec;
import java.time.Duration;
import java.time.InstantSource;

/** All routes of this room. */
public final class Management implements HttpService {

    private final ChannelRoutes channels;
    private final MemberRoutes members;
    private final NamespaceRoutes namespaces;
    private final RevocationRoutes revocations;
    private final AuditRoutes audit;

    /**
     * @param changes is told of what changes rights, so that this node applies it at once
     * @param bus tells other nodes
     * @param addresses where requests come from, for the audit
     * @param maxTokenTtl how long a token lives at most: as long revocations are kept
     */
    public Management(
            Access access,
            AccessChanges changes,
            Bus bus,
            Channels channels,
            Memberships memberships,
            Contracts contracts,
            Audit audit,
            ClientAddress addresses,
            Schemas schemas,
            Duration maxTokenTtl,
            InstantSource clock) {
        var news = new AccessNews(changes, bus);
        var doers = new Doers(addresses);
        this.channels = new ChannelRoutes(access, news, channels, contracts, doers);
        this.members = new MemberRoutes(access, news, memberships, contracts, doers, clock);
        this.namespaces = new NamespaceRoutes(access, contracts, schemas, doers);
        this.revocations = new RevocationRoutes(access, news, memberships, maxTokenTtl, doers, clock);
        this.audit = new AuditRoutes(access, audit);
    }

    @Override
    public void routing(HttpRules rules) {
        channels.routing(rules);
        members.routing(rules);
        namespaces.routing(rules);
        revocations.routing(rules);
        audit.routing(rules);
    }

    static void send(ServerResponse response, Status status, Object body) {
        response.status(status);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(JsonCodec.writeBytes(body));
    }
}
