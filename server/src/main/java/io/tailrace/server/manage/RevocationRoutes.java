package io.tailrace.server.manage;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tailrace.log.Memberships;
import io.tailrace.server.access.Access;
import io.tailrace.server.access.Capability;
import io.tailrace.server.access.Identity;
import io.tailrace.server.http.JsonBody;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/revocations}. */
final class RevocationRoutes implements HttpService {

    private static final int MAX_BODY = 4096;
    private static final int MAX_SUBJECT = 256;

    private final Access access;
    private final AccessNews news;
    private final Memberships memberships;
    private final Duration maxTokenTtl;
    private final Doers doers;
    private final InstantSource clock;

    RevocationRoutes(
            Access access,
            AccessNews news,
            Memberships memberships,
            Duration maxTokenTtl,
            Doers doers,
            InstantSource clock) {
        this.access = access;
        this.news = news;
        this.memberships = memberships;
        this.maxTokenTtl = maxTokenTtl;
        this.doers = doers;
        this.clock = clock;
    }

    /** Whom a revocation hits. */
    enum Kind {
        @JsonProperty("token")
        TOKEN(Memberships.Revoked.TOKEN),
        @JsonProperty("user")
        USER(Memberships.Revoked.USER),
        @JsonProperty("device")
        DEVICE(Memberships.Revoked.DEVICE),
        /** Everyone of the tenant, the manager itself included. */
        @JsonProperty("tenant")
        TENANT(Memberships.Revoked.TENANT);

        private final Memberships.Revoked revoked;

        Kind(Memberships.Revoked revoked) {
            this.revoked = revoked;
        }
    }

    /**
     * What is asked for.
     *
     * @param subject the token's {@code jti}, the user or the device; null for the tenant
     */
    record Wanted(Kind kind, @Nullable String subject) {

        Wanted {
            if ((kind == Kind.TENANT) != (subject == null)) {
                throw new IllegalArgumentException("subject is for token, user and device, and needed there");
            }
            if (subject != null
                    && (subject.isEmpty()
                            || subject.length() > MAX_SUBJECT
                            || subject.chars().anyMatch(Character::isISOControl))) {
                throw new IllegalArgumentException(
                        "subject is 1 to " + MAX_SUBJECT + " characters, none a control character");
            }
        }
    }

    record Revocation(long accessEpoch) {}

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/revocations", this::revoke);
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Identity manager = access.identify(request);
        access.requireAll(manager, "", Capability.MANAGE);
        var wanted = JsonBody.read(request, Wanted.class, MAX_BODY);
        long accessEpoch = memberships.revoke(
                manager.tenant(),
                wanted.kind().revoked,
                wanted.subject() == null ? "" : wanted.subject(),
                clock.instant().plus(maxTokenTtl),
                doers.of(request, manager));
        news.changed(manager.tenant(), accessEpoch);
        Management.send(response, Status.OK_200, new Revocation(accessEpoch));
    }
}
