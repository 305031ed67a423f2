package io.tailrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    @Test
    void isWrittenAsRfc9457SaysWithItsExtensionsBeside() {
        var problem = Problem.of(ProblemType.PRECONDITION_FAILED, "the key is at 7")
                .with("current", new Json("{\"seq\":7}"))
                .retryAfter(Duration.ofSeconds(1));

        assertThat(JsonCodec.write(problem))
                .isEqualTo("{\"type\":\"/problems/precondition-failed\",\"title\":\"The item has changed\","
                        + "\"status\":412,\"detail\":\"the key is at 7\",\"current\":{\"seq\":7}}");
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "999,1", "1000,1", "1001,2", "30000,30"})
    void retryAfterIsInWholeSecondsRoundedUpAndNeverZero(long millis, long seconds) {
        assertThat(Problem.of(ProblemType.OVERLOADED)
                        .retryAfter(Duration.ofMillis(millis))
                        .retryAfterSeconds())
                .contains(seconds);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsAnErrorWithAnAddress(ProblemType type) {
        assertThat(type.status()).isBetween(400, 599);
        assertThat(type.uri().toString()).matches("/problems/[a-z0-9]+(-[a-z0-9]+)*");
        assertThat(type.title()).isNotBlank();
    }

    @Test
    void typesStandInAlphabeticalOrder() {
        assertThat(Arrays.stream(ProblemType.values()).map(Enum::name)).isSorted();
    }
}
