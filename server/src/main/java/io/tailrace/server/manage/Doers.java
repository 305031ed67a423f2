package io.tailrace.server.manage;

import io.helidon.webserver.http.ServerRequest;
import io.tailrace.log.Audit;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.ClientAddress;
import io.tailrace.server.http.Exchange;
import java.net.InetAddress;

/** Who does what is audited: what the audit knows of a request. */
record Doers(ClientAddress addresses) {

    Audit.By of(ServerRequest request, Identity identity) {
        return new Audit.By(
                identity.actor(),
                addresses.of(request).map(InetAddress::getHostAddress).orElse(null),
                Exchange.of(request).trace());
    }
}
