package io.tailrace.server.manage;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Contracts;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import io.tailrace.server.schema.Schemas;
import io.tailrace.wire.ChannelName;
import io.tailrace.wire.Contract;
import io.tailrace.wire.ProblemType;
import io.tailrace.wire.Refusal;
import java.util.regex.Pattern;

/** {@code GET} and {@code PUT /v1/namespaces/{namespace}}. */
final class NamespaceRoutes implements HttpService {

    private static final String PATH = "/v1/namespaces/{namespace}";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,126}");

    /** Bytes of the longest contract: a few large schemas. */
    private static final int MAX_BODY = 1 << 20;

    private final Access access;
    private final Contracts contracts;
    private final Schemas schemas;
    private final Doers doers;

    NamespaceRoutes(Access access, Contracts contracts, Schemas schemas, Doers doers) {
        this.access = access;
        this.contracts = contracts;
        this.schemas = schemas;
        this.doers = doers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::tell).put(PATH, this::put);
    }

    private void tell(ServerRequest request, ServerResponse response) {
        Identity manager = access.identify(request);
        String name = managed(manager, request);
        Management.send(
                response,
                Status.OK_200,
                contracts.refreshed(manager.tenant(), name).contract());
    }

    private void put(ServerRequest request, ServerResponse response) {
        Identity manager = access.identify(request);
        String name = managed(manager, request);
        Contract contract = JsonBody.read(request, Contract.class, MAX_BODY);
        schemas.unusable(contract).ifPresent(problem -> {
            throw new Refusal(problem);
        });
        contracts.put(manager.tenant(), name, contract, doers.of(request, manager));
        Management.send(response, Status.OK_200, contract);
    }

    private String managed(Identity manager, ServerRequest request) {
        String name = request.path().pathParameters().get("namespace");
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    ProblemType.PARAMETER_MALFORMED,
                    "a namespace is 1 to 127 characters of [A-Za-z0-9._-] and starts with a letter or digit");
        }
        // Names without a colon begin with anything.
        String prefix = name.equals(ChannelName.DEFAULT_NAMESPACE) ? "" : name + ":";
        access.requireAll(manager, prefix, Capability.MANAGE);
        return name;
    }
}
