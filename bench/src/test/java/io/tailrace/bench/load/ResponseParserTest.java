package io.tailrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ResponseParserTest {

    private final Heard heard = new Heard();
    private final StringBuilder seen = heard.seen;
    private final ResponseParser parser = new ResponseParser(heard);

    private static final String ANSWERS = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nfirst"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            + "7;name=value\r\nsecond,\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n"
            + "HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n";

    private static final String READ = "[201 -1 first][204 -1 ][200 -1 second,abcdefghijklmnopqrstuvwxyz][503 2 ]";

    @Test
    void readsOneAnswerAfterAnother() {
        accept(ANSWERS);

        assertThat(seen).hasToString(READ);
    }

    @Test
    void readsThemInWhateverPiecesTheyCome() {
        for (int size = 1; size < 30; size++) {
            seen.setLength(0);
            for (int from = 0; from < ANSWERS.length(); from += size) {
                accept(ANSWERS.substring(from, Math.min(ANSWERS.length(), from + size)));
            }

            assertThat(seen).as("pieces of %d", size).hasToString(READ);
        }
    }

    @Test
    void aBodyWithoutLengthGoesOnToTheEnd() {
        accept("HTTP/1.0 200 OK\r\n\r\none");
        accept(" and two");

        assertThat(seen).hasToString("[200 -1 one and two");
    }

    @Test
    void refusesWhatIsNoAnswer() {
        assertThatThrownBy(() -> accept("SSH-2.0-OpenSSH\r\n\r\n")).isInstanceOf(IllegalStateException.class);
    }

    private void accept(String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        parser.accept(bytes, 0, bytes.length);
    }
}
