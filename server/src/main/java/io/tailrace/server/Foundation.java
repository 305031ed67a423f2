package io.tailrace.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.log.postgres.PostgresLog;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.AccessWatch;
import io.tailrace.server.http.Journal;
import io.tailrace.server.http.RouteTable;
import io.tailrace.server.limit.Limits;
import java.time.Clock;

/** What all parts of a node stand on. */
record Foundation(
        ServerConfig config,
        Clock clock,
        Journal journal,
        MeterRegistry meters,
        RouteTable routes,
        Lifecycle lifecycle,
        PostgresLog log,
        Access access,
        AccessWatch accessWatch,
        Limits limits) {}
