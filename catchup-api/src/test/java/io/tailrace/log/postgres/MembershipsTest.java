package io.tailrace.log.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.log.AppendOutcome.Committed;
import io.tailrace.log.AppendOutcome.Forbidden;
import io.tailrace.log.AppendOutcome.Replayed;
import io.tailrace.log.Audit;
import io.tailrace.log.Memberships;
import io.tailrace.log.Memberships.Revoked;
import io.tailrace.log.ReadOutcome;
import io.tailrace.log.Reader;
import io.tailrace.log.Role;
import io.tailrace.log.SnapshotOutcome;
import io.tailrace.log.Writes;
import io.tailrace.wire.Actor;
import io.tailrace.wire.Contract;
import io.tailrace.wire.Standing;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class MembershipsTest extends OnPostgres {

    private static final Instant UNTIL = Instant.parse("2100-01-01T00:00:00Z");

    private final Actor user = Writes.actor("acme", "u-" + UUID.randomUUID());

    @Test
    @Tag("R-71")
    void aMemberReadsAndAnEditorWrites() {
        String a = channel();
        var byGrant = new Reader(user, Standing.GRANT);
        var byMembership = new Reader(user, Standing.MEMBERSHIP);
        assertThat(log.events().read(id(a), 0, 10, byGrant)).isInstanceOf(ReadOutcome.Page.class);
        assertThat(log.events().read(id(a), 0, 10, byMembership)).isInstanceOf(ReadOutcome.Forbidden.class);
        assertThat(append(Writes.to(a).by(user).byMembership())).isInstanceOf(Forbidden.class);

        log.members().put(id(a), user.user(), Role.VIEWER, BY);
        assertThat(log.events().read(id(a), 0, 10, byMembership)).isInstanceOf(ReadOutcome.Page.class);
        assertThat(append(Writes.to(a).by(user).byMembership())).isInstanceOf(Forbidden.class);

        log.members().put(id(a), user.user(), Role.EDITOR, BY);
        assertThat(append(Writes.to(a).by(user).byMembership())).isInstanceOf(Committed.class);
        assertThat(log.members().standing(id(a), user)).isEqualTo(new Memberships.Standing(Role.EDITOR, false));
    }

    @Test
    @Tag("R-72")
    void aRemovalIsAnEventRaisesTheEpochAndOutranksGrantsUntilAddedAgain() {
        String a = channel();
        var added = log.members().put(id(a), user.user(), Role.MANAGER, BY);
        var removed = log.members().remove(id(a), user.user(), BY);
        assertThat(added.seq()).isEqualTo(1);
        assertThat(removed.seq()).isEqualTo(2);
        assertThat(removed.accessEpoch()).isGreaterThan(added.accessEpoch());
        assertThat(log.members().accessEpoch("acme")).isGreaterThanOrEqualTo(removed.accessEpoch());
        assertThat(head(a).accessEpoch()).isEqualTo(log.members().accessEpoch("acme"));
        assertThat(entries(a, 0))
                .extracting(entry -> entry.event().type())
                .containsExactly("member.added", "member.removed");
        assertThat(entries(a, 0).getLast().event().data().text()).isEqualTo("{\"user\":\"" + user.user() + "\"}");
        assertThat(entries(a, 0).getLast().accessEpoch()).isEqualTo(removed.accessEpoch());

        for (Standing standing : Standing.values()) {
            var reader = new Reader(user, standing);
            assertThat(log.events().read(id(a), 0, 10, reader)).isInstanceOf(ReadOutcome.Forbidden.class);
            assertThat(log.events().snapshot(id(a), Contract.DEFAULT, 0, reader))
                    .isInstanceOf(SnapshotOutcome.Forbidden.class);
        }
        assertThat(append(Writes.to(a).by(user), Writes.to(a).by(user).byMembership()))
                .hasOnlyElementsOfType(Forbidden.class);
        assertThat(log.members().standing(id(a), user)).isEqualTo(new Memberships.Standing(null, true));

        log.members().put(id(a), user.user(), Role.VIEWER, BY);
        assertThat(append(Writes.to(a).by(user))).isInstanceOf(Committed.class);
    }

    @Test
    @Tag("R-10")
    void aRetryOfACommittedWriteSurvivesTheWritersRemoval() {
        String a = channel();
        var write = Writes.to(a).by(user);
        append(write);
        log.members().remove(id(a), user.user(), BY);
        assertThat(append(write)).isInstanceOf(Replayed.class);
    }

    @Test
    @Tag("R-72")
    void aRevocationHitsWhatWasIssuedBeforeIt() {
        String a = channel();
        var later = new Actor(
                "acme", user.user(), "later", user.device(), Instant.now().plusSeconds(5));
        for (Revoked kind : Revoked.values()) {
            var actor = new Actor(
                    "acme-" + kind,
                    user.user(),
                    "jti-" + UUID.randomUUID(),
                    "device-" + UUID.randomUUID(),
                    user.issuedAt());
            String subject =
                    switch (kind) {
                        case TOKEN -> String.valueOf(actor.tokenId());
                        case USER -> actor.user();
                        case DEVICE -> String.valueOf(actor.device());
                        case TENANT -> "ignored";
                    };
            assertThat(append(Writes.to(a).by(actor))).isInstanceOf(Committed.class);
            assertThat(log.members().revoke(actor.tenant(), kind, subject, UNTIL, Audit.By.of(actor)))
                    .isEqualTo(1);
            assertThat(append(Writes.to(a).by(actor))).isInstanceOf(Forbidden.class);
            var fresh = new Actor(actor.tenant(), actor.user(), later.tokenId(), actor.device(), later.issuedAt());
            assertThat(append(Writes.to(a).by(fresh))).isInstanceOf(Committed.class);
            assertThat(append(Writes.to(a).by(user))).isInstanceOf(Committed.class);
        }
    }

    @Test
    void anActorWithoutTokenIdAndDeviceIsNotRevokedByOthers() {
        var bare = new Actor("bare", "u1", null, null, Instant.EPOCH);
        log.members().revoke("bare", Revoked.TOKEN, "x", UNTIL, Audit.By.of(bare));
        log.members().revoke("bare", Revoked.DEVICE, "y", UNTIL, Audit.By.of(bare));
        assertThat(append(Writes.to("board:bare").by(bare))).isInstanceOf(Committed.class);
        assertThat(log.members().accessEpoch("bare")).isEqualTo(2);
        assertThat(log.members().accessEpoch("nobody")).isZero();
    }
}
