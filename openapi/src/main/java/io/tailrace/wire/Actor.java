package io.tailrace.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, once its token, ticket or cookie has been checked: as much as storage needs in order to check again, under
 * its own locks, that nobody removed or revoked it meanwhile. Holds no secret.
 *
 * @param tenant the tenant that everything it names lies in
 * @param user the subject
 * @param tokenId the token's {@code jti}; null when it has none
 * @param device the device the token is bound to; null when it is bound to none
 * @param issuedAt when the token was issued; revocations of a user hit what was issued before them
 */
public record Actor(
        String tenant,
        String user,
        @Nullable String tokenId,
        @Nullable String device,
        Instant issuedAt) {}
