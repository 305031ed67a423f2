package io.tailrace.bench.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tailrace.bench.load.Fleet;
import io.tailrace.bench.load.Get;
import io.tailrace.bench.load.Plan;
import io.tailrace.bench.load.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load reads streams inside of TLS from a server that shows what was made. */
final class CertificateTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int READERS = 3;
    private static final String EVENT =
            "data: {\"channel\":\"c-0\",\"seq\":%d,\"data\":{\"t\":1,\"pad\":\"" + "x".repeat(20_000) + "\"}}\n\n";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpsServer server;

    @BeforeEach
    void serve(@TempDir Path directory) throws Exception {
        Certificate.in(directory);
        var keys = KeyStore.getInstance(directory.resolve("store.p12").toFile(), Certificate.PASSWORD.toCharArray());
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, Certificate.PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            var body = exchange.getResponseBody();
            for (int seq = 1; seq <= 5; seq++) {
                body.write(EVENT.formatted(seq).getBytes(StandardCharsets.US_ASCII));
                body.flush();
            }
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void recordsAreOpenedAndEventsHeldAgainstTheirNumbers() {
        try (var fleet = Fleet.open(plan(new Transport(true, false, 1)), 1, LIMIT)) {
            assertThat(fleet.awaitDelivered(READERS * 5, LIMIT)).isTrue();
            assertThat(fleet.firstFault()).isEmpty();
        }
    }

    @Test
    void aServerThatDoesNotSpeakHttp2IsSaidSo() {
        assertThatThrownBy(() -> Fleet.open(plan(new Transport(true, true, 1)), 1, LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not speak h2");
    }

    @Test
    void itIsMadeOnce(@TempDir Path directory) throws IOException {
        var first = Files.readString(Certificate.in(directory).key());

        assertThat(Files.readString(Certificate.in(directory).key()))
                .isEqualTo(first)
                .startsWith("-----BEGIN PRIVATE KEY-----");
    }

    private Plan plan(Transport transport) {
        return new Plan(
                List.of(server.getAddress()),
                transport,
                (channel, after) -> new Get("localhost", "/", Map.of()),
                false,
                1,
                READERS,
                1,
                false,
                false);
    }
}
