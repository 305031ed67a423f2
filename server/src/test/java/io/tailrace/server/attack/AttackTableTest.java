package io.tailrace.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import io.tailrace.server.badinput.RawHttp;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent: the answer is one that was foreseen, tells no secret, and nothing has changed. */
@Tag("R-70")
@Tag("R-71")
@Tag("R-74")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackTableTest {

    private Target target;
    private List<String> before;

    @BeforeAll
    void start() throws IOException, JOSEException {
        target = new Target();
        before = target.state();
    }

    @AfterAll
    void stop() {
        target.close();
    }

    static Stream<Attack> attacks() {
        return Stream.of(TokenAttacks.all(), NameAttacks.all(), ShapeAttacks.all())
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) throws IOException {
        var answer = RawHttp.send(target.node().port(), attack.request().apply(target));

        assertThat(answer.status()).as(answer.text()).isIn(attack.statuses());
        if (!attack.name().startsWith("a method by header")) { // whose sender may read
            assertThat(answer.text()).doesNotContain(Target.SECRET);
        }
        assertThat(target.state()).isEqualTo(before);
        assertThat(target.fetched()).as("requests to the attacker's server").isZero();
    }

    @Test
    void areAsManyAsWasAskedFor() {
        assertThat(attacks().count()).isGreaterThanOrEqualTo(120);
    }
}
