package io.tailrace.field.proxy;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.ChannelListener;
import io.tailrace.client.Event;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import io.tailrace.docker.Proxy;
import io.tailrace.docker.Proxy.Kind;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client that a company lets out by a forward proxy alone: requests name the whole address of the server. */
@ExtendWith(Stage.class)
@Tag("R-20")
@Tag("R-54")
class ForwardProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theJavaClientGoesThroughOneAndOutlivesIt(Site site, @TempDir Path directory) throws Exception {
        var channel = site.channel("chat");
        var author = site.author();
        Files.setPosixFilePermissions(
                directory, PosixFilePermissions.fromString("rwx--x--x")); // for workers of any user
        var configuration = Files.readString(Path.of("src", "test", "proxies", "squid-forward.conf"));
        var files = Files.createDirectory(directory.resolve("squid"));
        int node = site.node(0).port();
        try (var squid = Proxy.start(Kind.SQUID, configuration, files, node, node);
                var client = client(site, squid.port())) {
            var seen = follow(client, channel);
            author.writeNumbers(channel, 1, 20);
            await(seen, 20);

            squid.stop();
            author.writeNumbers(channel, 21, 40);
            squid.start();
            await(seen, 40);
            author.writeNumbers(channel, 41, 60);
            await(seen, 60);
            assertThat(squid.log()).contains("/v1/stream");
        }
    }

    private static Tailrace client(Site site, int proxy) {
        var through = new java.net.Proxy(java.net.Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", proxy));
        return Tailrace.builder()
                .url(site.node(0).origin().toString())
                .token(site.token("employee"))
                .okhttp(new OkHttpClient.Builder().proxy(through).build())
                .connect();
    }

    private static List<Long> follow(Tailrace client, String channel) {
        var seen = new CopyOnWriteArrayList<Long>();
        var listener = new ChannelListener() {
            @Override
            public void onEvent(Event event) {
                seen.add(event.seq());
            }
        };
        client.channel(channel).subscribe(listener, Start.beginning());
        return seen;
    }

    private static void await(List<Long> seen, int last) {
        var all = LongStream.rangeClosed(1, last).boxed().toList();
        eventually(PATIENCE, () -> assertThat(seen).isEqualTo(all));
    }
}
