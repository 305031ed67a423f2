package io.tailrace.server.gateway;

import io.tailrace.log.Contracts;
import io.tailrace.log.EventLog;
import io.tailrace.server.access.Access;
import io.tailrace.server.hub.Hubs;
import io.tailrace.server.signal.Noticeboards;

/** What every stream of a node is made of. */
record GatewayParts(
        String node,
        GatewayOptions options,
        Hubs hubs,
        Noticeboards boards,
        EventLog log,
        Contracts contracts,
        Access access,
        TenantRights rights,
        Checkpointer checkpointer,
        StreamMeters meters,
        Pace pace) {}
