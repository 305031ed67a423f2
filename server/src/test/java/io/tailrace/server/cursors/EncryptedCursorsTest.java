package io.tailrace.server.cursors;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerFixture;
import io.tailrace.server.http.Certificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cursors inside of TLS, which the node itself ends. */
class EncryptedCursorsTest {

    private static RawSocket open(ServerFixture node, Certificate certificate, String user) throws IOException {
        var socket = certificate.trusting().getSocketFactory().createSocket("127.0.0.1", node.port());
        return RawSocket.over(socket, node.uri("/v1/channels/doc:tls/cursors"), node.token(user));
    }

    @Test
    @Tag("R-33")
    void moveAsTheyDoInClear(@TempDir Path files) throws Exception {
        var certificate = Certificate.make(files);
        var options = Map.of(
                "TAILRACE_TLS_CERT", certificate.chain().toString(),
                "TAILRACE_TLS_KEY", certificate.key().toString());
        try (var node = ServerFixture.start(options);
                var ada = open(node, certificate, "ada");
                var bob = open(node, certificate, "bob")) {
            assertThat(ada.status()).as(ada.head()).isEqualTo(101);
            for (int i = 1; i <= 20; i++) {
                CursorsTest.point(ada, i);
            }
            CursorsTest.until(bob, picture -> "{\"x\":20}".equals(picture.get("ada")));
            ada.send("not json");
            assertThat(ada.closed()).isEqualTo(1008);
        }
    }
}
